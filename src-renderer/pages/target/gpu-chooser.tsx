import { useMemo } from 'react';
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

interface GpuChooserProps {
  draft: Pick<Draft, 'gpu' | 'gpuMemory'>;
  machine: Machine | undefined;
  error: string | undefined;
}

const setGpu = (id: string) => draftStore.change({ gpu: id === here ? null : id, gpuMemory: '' });
const setMemory = (gpuMemory: string) => draftStore.change({ gpuMemory });

/** What if it were another GPU: one of the catalogue, this machine's, or so much memory. */
export function GpuChooser({ draft, machine, error }: GpuChooserProps) {
  const { t } = useTranslation();
  const figures = useFigures();
  const options = useMemo(() => {
    const own = machine && ownGpu(machine.gpus)?.judgedGpu;
    const text = own
      ? t('target.own', { gpu: own.name, free: figures.size(own.memoryBytes) })
      : t('target.ownNone');
    const catalogue = gpuCatalogue.map(({ name, memoryBytes }) => ({
      id: name,
      text: `${name} · ${figures.size(memoryBytes)}`,
    }));
    return [{ id: here, text }, ...catalogue];
  }, [machine, figures, t]);
  return (
    <Section id="what-if" title={t('target.gpu')}>
      <div className="fields">
        <Choice label={t('target.gpuName')} value={draft.gpu ?? here} options={options} onChange={setGpu} />
        <TextInput
          label={t('target.gpuMemory')}
          value={draft.gpuMemory}
          placeholder="24GiB"
          onChange={setMemory}
          error={error}
        />
      </div>
    </Section>
  );
}
