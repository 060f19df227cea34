import { isUnavailable } from '../../src-main/contract/evidence.js';
import { formatChange, formatGiB, formatSeconds } from '../../src-main/contract/format.js';
import type { Report } from '../../src-main/contract/report.js';
import { EvidenceTag, Section, Value } from './bits.js';
import { Status } from './status.js';
import { checkWords } from './words.js';

/** The arguments for the verdict. */
export function ReasonsSection({ report }: { report: Report }) {
  return (
    <Section id="why" title="Why">
      <ul className="rows">
        {report.verdict.reasons.map((reason) => (
          <li key={reason.id}>
            <Status {...checkWords[reason.status]} />
            <span>
              {reason.text} <EvidenceTag evidence={reason.evidence} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** What to change, and what each change buys. */
export function ChangesSection({ report: { recommendation } }: { report: Report }) {
  if (isUnavailable(recommendation)) {
    return (
      <Section id="changes" title="Changes">
        <p className="quiet">None recommended: {recommendation.unavailable}.</p>
      </Section>
    );
  }
  const { changes, settings } = recommendation;
  return (
    <Section id="changes" title="Make these changes" aside="modelled, against the target as asked">
      {changes.length === 0 ? (
        <p className="quiet">None: the target stays as it is.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Setting</th>
              <th scope="col" className="figure">
                From
              </th>
              <th scope="col" className="figure">
                To
              </th>
              <th scope="col" className="figure">
                Memory on each GPU
              </th>
              <th scope="col" className="figure">
                Step
              </th>
            </tr>
          </thead>
          <tbody>
            {changes.map((change) => (
              <tr key={change.setting}>
                <th scope="row">{change.setting}</th>
                <td className="figure words">{change.from}</td>
                <td className="figure words">
                  <b>{change.to}</b>
                </td>
                <td className="figure">
                  <Change of={change.bytes} format={formatGiB} />
                </td>
                <td className="figure">
                  <Value of={change.seconds}>
                    {(seconds) => <Change of={seconds} format={formatSeconds} />}
                  </Value>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Settings settings={settings} />
    </Section>
  );
}

/** Green is less, amber is more; the sign says the same. */
function Change({ of, format }: { of: number; format: (magnitude: number) => string }) {
  const tone = of < 0 ? 'better' : of > 0 ? 'worse' : 'same';
  return <span className={tone}>{formatChange(of, format)}</span>;
}

function Settings({ settings }: { settings: Record<string, string | number | boolean> }) {
  const entries = Object.entries(settings);
  if (entries.length === 0) return null;
  return (
    <>
      <h3>All settings, to paste</h3>
      <pre>{entries.map(([name, value]) => `${name} = ${JSON.stringify(value)}`).join('\n')}</pre>
    </>
  );
}
