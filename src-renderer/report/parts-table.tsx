import type { ReactNode } from 'react';
import type { Evidence } from '../../src-main/contract/evidence.js';
import { formatPercent } from '../../src-main/contract/format.js';
import { Swatch } from '../charts/swatch.js';
import { EvidenceTag } from './bits.js';
import { useSay } from './say.js';

interface PartsTableProps {
  /** Of the column of figures. */
  unit: string;
  rows: readonly { id: string; name: string; evidence: Evidence; note: string; value: number }[];
  format: (value: number) => string;
  /** What the bar above the table shows: given it, each part has its letter there and its share. */
  whole?: number;
  /** Rows of the foot. */
  children: ReactNode;
}

/** Parts that add up, with where each figure comes from. */
export function PartsTable({ unit, rows, format, whole, children }: PartsTableProps) {
  const say = useSay();
  return (
    <table className="parts">
      <thead>
        <tr>
          <th scope="col">{say('Part')}</th>
          <th scope="col">{say('Where from')}</th>
          <th scope="col" className="figure">
            {unit}
          </th>
          {whole !== undefined && (
            <th scope="col" className="figure share">
              {say('Share')}
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ id, name, evidence, note, value }, index) => (
          <tr key={id}>
            <th scope="row">
              {whole !== undefined && <Swatch index={index} />} {say(name)}
            </th>
            <td>
              <EvidenceTag evidence={evidence} /> <small>{say(note)}</small>
            </td>
            <td className="figure">{format(value)}</td>
            {whole !== undefined && (
              <td className="figure share">{formatPercent(value / (whole || 1), 1)}</td>
            )}
          </tr>
        ))}
      </tbody>
      <tfoot>{children}</tfoot>
    </table>
  );
}

interface FootRowProps {
  name: string;
  note: string | null;
  figure: string;
  /** Of the column of shares, where the table has one. */
  share?: string;
  total?: boolean;
  bad?: boolean;
}

/** A sum of the parts, or what it leaves over. */
export function FootRow({ name, note, figure, share, total, bad }: FootRowProps) {
  const say = useSay();
  return (
    <tr className={total ? 'total' : undefined}>
      <th scope="row">{say(name)}</th>
      <td>{note !== null && <small>{say(note)}</small>}</td>
      <td className={bad ? 'figure bad' : 'figure'}>{figure}</td>
      {share !== undefined && <td className="figure share">{share}</td>}
    </tr>
  );
}
