import type { Report } from '../../src-main/contract/report.js';
import { agreementRows } from './agreement-words.js';
import { Section } from './bits.js';
import { useSay } from './say.js';

/** Blocks whose figures were predicted without a measurement, beside what was measured. */
export function AgreementSection({ report }: { report: Report }) {
  const say = useSay();
  const rows = agreementRows(report);
  if (rows.length === 0) return null;
  return (
    <Section
      id="agreement"
      title="Predicted against measured"
      aside="one block, the largest of each kind that ran; seconds on ONNX Runtime"
    >
      <table>
        <thead>
          <tr>
            {['Block', 'Figure', 'Predicted from'].map((name) => (
              <th scope="col" key={name}>
                {say(name)}
              </th>
            ))}
            {['Predicted', 'Measured', 'Difference'].map((name) => (
              <th scope="col" className="figure" key={name}>
                {say(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ point, quantity, from, predicted, measured, difference }) => (
            <tr key={`${point} ${quantity}`}>
              <th scope="row">{say(point)}</th>
              <td>{say(quantity)}</td>
              <td>{say(from)}</td>
              <td className="figure">{predicted}</td>
              <td className="figure">{measured}</td>
              <td className="figure">{difference}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
