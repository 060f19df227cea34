import { isUnavailable, type Reading } from '../../src-main/contract/evidence.js';
import { useSay } from './say.js';

/** A column of a dense table with a row for each thing that was measured. */
export interface Column<T> {
  name: string;
  /** Words stand at the left and may break; figures stand at the right. */
  words?: boolean;
  read(of: T): Reading<string>;
  /** Whether a cell is marked as one to look at. */
  stands?(of: T): boolean;
}

/** Why single readings are missing, each reason once: a dense table names them below itself, by number. */
export function missingReasons<T>(rows: readonly T[], columns: readonly Column<T>[]): string[] {
  const readings = rows.flatMap((row) => columns.map((each) => each.read(row)));
  return [...new Set(readings.flatMap((reading) => (isUnavailable(reading) ? [reading.unavailable] : [])))];
}

/** A column's cell; what is missing has the number of its reason. */
export function ColumnCell<T>({ column, of, reasons }: { column: Column<T>; of: T; reasons: string[] }) {
  const say = useSay();
  const reading = column.read(of);
  const kinds = [...(column.words ? ['reason'] : []), ...(column.stands?.(of) ? ['status look'] : [])];
  if (!isUnavailable(reading))
    return <td className={kinds.join(' ') || undefined}>{say(reading as string)}</td>;
  return (
    <td className={[...kinds, 'missing'].join(' ')}>
      –<sup>{reasons.indexOf(reading.unavailable) + 1}</sup>
    </td>
  );
}

/** The reasons below a dense table, by their numbers. */
export function Footnotes({ reasons }: { reasons: readonly string[] }) {
  const say = useSay();
  if (reasons.length === 0) return null;
  return (
    <ol className="footnotes">
      {reasons.map((reason) => (
        <li key={reason}>{say(reason)}</li>
      ))}
    </ol>
  );
}
