import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { HistoryEntry } from '../../../src-main/contract/history.js';
import { useFigures } from '../../app/figures.js';
import { type Column, columns, type Order } from './entries.js';
import { HistoryRow } from './history-row.js';
import { useRovingRow } from './use-roving-row.js';

/** As the style sheet has them. */
const rowHeight = 52;
const headHeight = 36;

interface HistoryTableProps {
  entries: readonly HistoryEntry[];
  order: Order;
  onOrder(order: Order): void;
  /** Digests of those that are chosen. */
  chosen: ReadonlySet<string>;
  onChoose(entry: HistoryEntry): void;
  /** `goOn` gives the focus to the row that takes its place. */
  onRemove(entry: HistoryEntry, goOn: () => void): void;
}

/** A table of which only the rows in view are drawn, so that ten thousand scroll as ten do. */
export function HistoryTable({ entries, order, onOrder, chosen, onChoose, onRemove }: HistoryTableProps) {
  const { t } = useTranslation();
  const figures = useFigures();
  const scroller = useRef<HTMLElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const rows = useVirtualizer<HTMLElement, Element>({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollPaddingStart: headHeight,
    useFlushSync: false,
  });
  const roving = useRovingRow(rows, entries.length, body);
  const drawn = rows.getVirtualItems();
  const above = drawn[0]?.start ?? 0;
  const below = rows.getTotalSize() - (drawn.at(-1)?.end ?? 0);
  // Rows are drawn anew only where they change, and not with each step of scrolling: what they call stays the same.
  const latest = useRef({ onRemove, roving });
  latest.current = { onRemove, roving };
  const remove = useCallback(
    (entry: HistoryEntry, index: number) =>
      latest.current.onRemove(entry, () => latest.current.roving.goTo(index, 'open')),
    [],
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section ref={scroller} className="history-rows" aria-label={t('history.table')} tabIndex={0}>
      <table aria-rowcount={entries.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" className="col-choose">
              <span className="visually-hidden">{t('history.choose')}</span>
            </th>
            {columns.map((column) => (
              <Head column={column} order={order} onOrder={onOrder} key={column} />
            ))}
            <th scope="col" className="col-remove">
              <span className="visually-hidden">{t('history.actions')}</span>
            </th>
          </tr>
        </thead>
        <Gap height={above} />
        <tbody ref={body} onKeyDown={roving.onKeyDown}>
          {drawn.map(({ index }) => {
            const entry = entries[index];
            if (entry === undefined) return null;
            return (
              <HistoryRow
                key={entry.digest}
                entry={entry}
                index={index}
                isCurrent={index === roving.current}
                isChosen={chosen.has(entry.digest)}
                figures={figures}
                onFocused={roving.focused}
                onChoose={onChoose}
                onRemove={remove}
              />
            );
          })}
        </tbody>
        <Gap height={below} />
      </table>
    </section>
  );
}

/** Rows that are not drawn. */
function Gap({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tbody aria-hidden="true" className="gap">
      <tr>
        <td colSpan={columns.length + 2} style={{ height }} />
      </tr>
    </tbody>
  );
}

function Head({ column, order, onOrder }: { column: Column } & Pick<HistoryTableProps, 'order' | 'onOrder'>) {
  const { t } = useTranslation();
  const { by, ascending } = order;
  const isOrdered = by === column;
  // The newest come first where nothing else is asked for; words begin with A.
  const next = { by: column, ascending: isOrdered ? !ascending : column !== 'made' };
  return (
    <th
      scope="col"
      className={`col-${column}`}
      aria-sort={isOrdered ? (ascending ? 'ascending' : 'descending') : 'none'}
    >
      <button type="button" className="plain-button" onClick={() => onOrder(next)}>
        {t(`history.${column}`)}
        <span aria-hidden="true" className={isOrdered ? `sorted ${ascending ? 'up' : 'down'}` : 'sorted'} />
      </button>
    </th>
  );
}
