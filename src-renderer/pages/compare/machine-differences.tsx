import { useTranslation } from 'react-i18next';
import type { MachineDifference } from '../../../src-main/contract/comparison.js';
import { useSay } from '../../report/say.js';
import type { PairNames } from './points-table.js';

/** What is not the same in two machines, or was not while they were timed: it may explain a difference. */
export function MachineDifferences(props: { machines: readonly MachineDifference[]; names: PairNames }) {
  const { machines, names } = props;
  const { t } = useTranslation();
  const say = useSay();
  if (machines.length === 0) return <p className="quiet">{t('compare.alike')}</p>;
  return (
    <>
      <h3>{t('compare.machines')}</h3>
      <table className="dense">
        <thead>
          <tr>
            <th scope="col">{t('compare.what')}</th>
            <th scope="col">{names.first}</th>
            <th scope="col">{names.letter}</th>
          </tr>
        </thead>
        <tbody>
          {machines.map(({ what, values: [first, other] }) => (
            <tr key={what}>
              <th scope="row">{say(what)}</th>
              <td>{say(first)}</td>
              <td>{say(other)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
