/** Letters that key a bar's segments to the rows of its table. */
export function letterOf(index: number): string {
  return String.fromCharCode(65 + (index % 26));
}

/** Class of the colour of a segment; there are eight, in the order in which they are told apart best. */
export function tintOf(index: number): string {
  return `tint-${(index % 8) + 1}`;
}

/** A share of the width, as an SVG length. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(3))}%`;
}

/** Segments laid end to end from 0, as shares of `whole`. */
export function segmentsOf(values: readonly number[], whole: number): { start: number; size: number }[] {
  let start = 0;
  return values.map((value) => {
    const segment = { start, size: value / whole };
    start += segment.size;
    return segment;
  });
}
