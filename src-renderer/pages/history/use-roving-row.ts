import type { Virtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';

/** Attributes by which the controls of a row are found. */
export const rowAttribute = 'data-row';
export const controlAttribute = 'data-control';

const pageRows = 10;
const steps: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: pageRows,
  PageUp: -pageRows,
  Home: -Infinity,
  End: Infinity,
};

/**
 * One row of a long table is in the order of the Tab key; arrow keys, Page, Home and End go to others, which may not be drawn
 * yet. The same control of the new row takes the focus.
 */
export function useRovingRow(
  rows: Virtualizer<HTMLElement, Element>,
  count: number,
  body: RefObject<HTMLElement | null>,
) {
  const [row, setRow] = useState(0);
  const wanted = useRef<{ row: number; control: string } | null>(null);
  const goTo = (next: number, control: string) => {
    if (count === 0) return;
    const within = Math.max(0, Math.min(count - 1, next));
    wanted.current = { row: within, control };
    setRow(within);
    rows.scrollToIndex(within);
  };
  // After every drawing: the row may come with a later one.
  useEffect(() => {
    if (wanted.current === null) return;
    const { row: at, control } = wanted.current;
    const found = body.current?.querySelector<HTMLElement>(
      `[${rowAttribute}="${at}"] [${controlAttribute}="${control}"]`,
    );
    if (!found) return;
    wanted.current = null;
    found.focus({ preventScroll: true });
  });
  const drawn = rows.getVirtualItems();
  return {
    /** The row of the Tab key: the one that was focused, or one in view where that is not drawn. */
    current: drawn.some(({ index }) => index === row) ? row : (rows.range?.startIndex ?? 0),
    goTo,
    focused: setRow,
    onKeyDown(event: KeyboardEvent<HTMLElement>) {
      const step = steps[event.key];
      const control = (event.target as HTMLElement).getAttribute(controlAttribute);
      if (step === undefined || control === null) return;
      event.preventDefault();
      goTo(row + step, control);
    },
  };
}
