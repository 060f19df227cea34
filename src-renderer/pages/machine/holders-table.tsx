import { useTranslation } from 'react-i18next';
import { isUnavailable } from '../../../src-main/contract/evidence.js';
import type { Gpu } from '../../../src-main/contract/machine.js';
import { useFigures } from '../../app/figures.js';
import { Swatch } from '../../charts/swatch.js';
import { useSay } from '../../report/say.js';
import type { Holder } from './holders.js';
import { useHolderName } from './use-holder-name.js';

export function HoldersTable({ holders, processes }: { holders: Holder[]; processes: Gpu['processes'] }) {
  const { t } = useTranslation();
  const say = useSay();
  const figures = useFigures();
  const nameOf = useHolderName();
  if (holders.length === 0)
    return (
      <p className="quiet">{isUnavailable(processes) ? say(processes.unavailable) : t('machine.nobody')}</p>
    );
  return (
    <table className="holders">
      <caption className="visually-hidden">{t('machine.holders')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('machine.holder')}</th>
          <th scope="col" className="figure">
            GiB
          </th>
        </tr>
      </thead>
      <tbody>
        {holders.map(({ process, bytes }, index) => (
          <tr key={process?.pid ?? 'rest'}>
            <th scope="row">
              {holders.length > 1 && <Swatch index={index} />} {nameOf(process)}
            </th>
            <td className="figure">{figures.gib(bytes, 2)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
