import type { Rate } from '../../src-main/contract/machine.js';
import { WideTable } from '../report/bits.js';
import { rateRows } from '../report/host-words.js';
import { useSay } from '../report/say.js';
import { UnreadList } from './unread-list.js';

/** Measured rates, a row for each kind, beside what such a GPU is known to achieve and who says so. */
export function RatesTable({ rates }: { rates: readonly Rate[] }) {
  const say = useSay();
  const { rows, unread } = rateRows(rates);
  return (
    <>
      {rows.length > 0 && (
        <WideTable label="Table of measured rates">
          <table className="dense">
            <thead>
              <tr>
                <th scope="col">{say('Rate')}</th>
                {['lowest', 'highest', 'achieved', 'lowest’s share'].map((head) => (
                  <th scope="col" className="figure" key={head}>
                    {say(head)}
                  </th>
                ))}
                <th scope="col">{say('by whom it was achieved')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.name}>
                  <th scope="row">{say(row.name)}</th>
                  <td className="figure">{say(row.lowest)}</td>
                  <td className="figure">{say(row.highest)}</td>
                  <td className="figure">{say(row.achieved)}</td>
                  <td className="figure">{row.share || '–'}</td>
                  <td className="share">{say(row.source)}</td>
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
