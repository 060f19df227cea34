import { useTranslation } from 'react-i18next';
import type { GridWords } from '../../charts/probe-grid.js';
import { Section } from '../../report/bits.js';
import { useSay } from '../../report/say.js';
import { failuresOf, type Series } from '../../report/series.js';
import { Status } from '../../report/status.js';
import { probeWords } from '../../report/words.js';

/** What did not end well, with its cause: it stays, whatever comes after it. */
export function FailuresCard({ series, words }: { series: Series[]; words: GridWords }) {
  const { t } = useTranslation();
  const say = useSay();
  const failures = failuresOf(series);
  if (failures.length === 0) return null;
  return (
    <Section id="failures" title={t('run.failures')}>
      <table>
        <thead>
          <tr>
            {(['block', 'ended', 'at', 'cause'] as const).map((name) => (
              <th scope="col" key={name}>
                {t(`run.failure.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {failures.map(({ key, block, status, shapes, cause }) => (
            <tr key={key}>
              <th scope="row">{t(`block.${block}`)}</th>
              <td className="nowrap">
                <Status mark={probeWords[status].mark} word={words.status(status)} />
              </td>
              <td>
                {shapes.map(({ batch, frames }) => (
                  <div key={batch}>{t('run.shape', { batch, frames: frames.join(', ') })}</div>
                ))}
              </td>
              <td className="long">{say(cause)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
