import { useTranslation } from 'react-i18next';
import type { Gpu } from '../../../src-main/contract/machine.js';
import { useFigures } from '../../app/figures.js';
import { type Holder, holdersOf } from '../machine/holders.js';
import { useHolderName } from '../machine/use-holder-name.js';

/** Programs that hold memory of these GPUs now, each with what it holds. */
export function GpuHolders({ gpus }: { gpus: readonly Gpu[] }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const name = useHolderName();
  const held = gpus.flatMap((gpu) =>
    holdersOf(gpu)
      .filter((holder): holder is Holder & { process: object } => holder.process !== null)
      .map((holder) => ({ gpu, ...holder })),
  );
  if (held.length === 0) return <p className="quiet">{t('report.rehearsal.free')}</p>;
  return (
    <>
      <p>{t('report.rehearsal.held')}</p>
      <ul>
        {held.map(({ gpu, process, bytes }) => (
          <li key={`${gpu.index} ${process.pid}`}>
            {t('machine.gpu', { index: gpu.index })}: {name(process)}, {figures.size(bytes)}
          </li>
        ))}
      </ul>
    </>
  );
}
