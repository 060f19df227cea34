import { useTranslation } from 'react-i18next';
import type { Machine } from '../../../src-main/contract/machine.js';
import { gpuCatalogue } from '../../../src-main/predict/gpus.js';
import { ownGpu } from '../../../src-main/predict/judged-gpu.js';
import { useFigures } from '../../app/figures.js';
import { Choice } from '../../controls/choice.js';
import { TextInput } from '../../controls/text-input.js';
import { Section } from '../../report/bits.js';
import { type Draft, draftStore } from './draft.js';

const here = 'here';

/** What if it were another GPU: one of the catalogue, this machine's, or so much memory. */
export function GpuChooser({
  draft,
  machine,
  error,
}: {
  draft: Draft;
  machine: Machine | undefined;
  error: string | undefined;
}) {
  const { t } = useTranslation();
  const figures = useFigures();
  const own = machine && ownGpu(machine.gpus)?.judgedGpu;
  const options = [
    {
      id: here,
      text: own
        ? t('target.own', { gpu: own.name, free: figures.size(own.memoryBytes) })
        : t('target.ownNone'),
    },
    ...gpuCatalogue.map(({ name, memoryBytes }) => ({
      id: name,
      text: `${name} · ${figures.size(memoryBytes)}`,
    })),
  ];
  return (
    <Section id="what-if" title={t('target.gpu')}>
      <div className="fields">
        <Choice
          label={t('target.gpuName')}
          value={draft.gpu ?? here}
          options={options}
          onChange={(id) => draftStore.change({ gpu: id === here ? null : id, gpuMemory: '' })}
        />
        <TextInput
          label={t('target.gpuMemory')}
          value={draft.gpuMemory}
          placeholder="24GiB"
          onChange={(gpuMemory) => draftStore.change({ gpuMemory })}
          error={error}
        />
      </div>
    </Section>
  );
}
