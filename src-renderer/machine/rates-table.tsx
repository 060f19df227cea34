import type { Rate } from '../../src-main/contract/machine.js';
import { WideTable } from '../report/bits.js';
import { rateRows } from '../report/host-words.js';
import { UnreadList } from './unread-list.js';

/** Measured rates, a row for each kind, beside what such a GPU is known to achieve and who says so. */
export function RatesTable({ rates }: { rates: readonly Rate[] }) {
  const { rows, unread } = rateRows(rates);
  return (
    <>
      {rows.length > 0 && (
        <WideTable label="Table of measured rates">
          <table className="dense">
            <thead>
              <tr>
                <th scope="col">Rate</th>
                <th scope="col" className="figure">
                  lowest
                </th>
                <th scope="col" className="figure">
                  highest
                </th>
                <th scope="col" className="figure">
                  achieved
                </th>
                <th scope="col" className="figure">
                  lowest’s share
                </th>
                <th scope="col">by whom it was achieved</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.name}>
                  <th scope="row">{row.name}</th>
                  <td className="figure">{row.lowest}</td>
                  <td className="figure">{row.highest}</td>
                  <td className="figure">{row.achieved}</td>
                  <td className="figure">{row.share || '–'}</td>
                  <td className="share">{row.source}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </WideTable>
      )}
      <UnreadList title="Not measured" lines={unread} />
    </>
  );
}
