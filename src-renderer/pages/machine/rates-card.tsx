import { useTranslation } from 'react-i18next';
import { known } from '../../../src-main/contract/evidence.js';
import type { Rate } from '../../../src-main/contract/machine.js';
import { formatRate, placeOf, rateNames, shareOf } from '../../../src-main/contract/rate-format.js';
import { useFigures } from '../../app/figures.js';
import { Section, Value } from '../../report/bits.js';
import { useSay } from '../../report/say.js';

/** What `detect --measure` found, beside what a healthy GPU achieves; nothing before that was asked for. */
export function RatesCard({ rates }: { rates: Rate[] }) {
  const { t } = useTranslation();
  const say = useSay();
  const figures = useFigures();
  if (rates.length === 0) return null;
  return (
    <Section id="rates" title={t('machine.rates')}>
      <table className="dense">
        <thead>
          <tr>
            <th scope="col">{t('machine.rate')}</th>
            <th scope="col">{t('machine.where')}</th>
            {(['measured', 'healthy', 'share'] as const).map((name) => (
              <th scope="col" className="figure" key={name}>
                {t(`machine.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rates.map((rate) => (
            <tr key={`${rate.id} ${rate.gpu} ${rate.peer}`}>
              <th scope="row">{say(rateNames[rate.id])}</th>
              <td>{say(placeOf(rate))}</td>
              <td className="figure">
                <Value of={rate.value}>{(value) => formatRate(value, rate.unit)}</Value>
              </td>
              <td className="figure">
                <Value of={rate.achievable}>{({ value }) => formatRate(value, rate.unit)}</Value>
              </td>
              <td className="figure">{shareText(rate)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );

  function shareText(rate: Rate): string {
    const share = known(shareOf(rate) ?? { unavailable: 'not known' });
    return share === undefined ? '–' : figures.percent(share);
  }
}
