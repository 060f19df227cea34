/** A message of the catalogue, taken apart: what stands between its placeholders, and which placeholder stands where. */
export interface Phrase {
  literals: readonly string[];
  /** Of the placeholder behind each literal but the last. */
  holes: readonly number[];
  /** Placeholders that take figures alone. */
  figures: ReadonlySet<number>;
  /** The same of the translation. */
  said: { literals: readonly string[]; holes: readonly number[] };
  /** Letters that are matched by themselves: of two messages the one with more says more. */
  weight: number;
}

/** @param key English, `{0}` where something stands that differs, `{0#}` where that is a figure; not two side by side */
export function phraseOf(key: string, translation: string): Phrase {
  const { literals, holes } = takenApart(withSmallStart(key));
  return {
    literals,
    holes,
    figures: new Set([...key.matchAll(/\{(\d+)#\}/g)].map(([, hole]) => Number(hole))),
    said: takenApart(translation),
    weight: literals.reduce((sum, { length }) => sum + length, 0),
  };
}

function takenApart(text: string): { literals: string[]; holes: number[] } {
  const pieces = text.split(/\{(\d+)#?\}/);
  return {
    literals: pieces.filter((_, index) => index % 2 === 0),
    holes: pieces.filter((_, index) => index % 2 === 1).map(Number),
  };
}

/** The same sentence stands at the start of a line and within another. */
export function withSmallStart(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

/** `1,024`, `16–32`, `97, 129`. */
export const figure = /^\d[\d.,–× ]*$/;

/**
 * What stands in a text for each placeholder, by its number; undefined where the text is another. Each literal is taken
 * where it first occurs and the last at the end: one pass, whatever the text, which no regular expression with as many
 * gaps would promise.
 *
 * @param small the text with a small first letter
 */
export function gapsOf(
  { literals, holes, figures }: Phrase,
  text: string,
  small: string,
): Map<number, string> | undefined {
  const [head, tail] = [literals[0]!, literals.at(-1)!];
  if (!small.startsWith(head) || !small.endsWith(tail)) return undefined;
  const end = text.length - tail.length;
  const gaps = new Map<number, string>();
  let from = head.length;
  for (const [index, hole] of holes.entries()) {
    const last = index === holes.length - 1;
    const to = last ? end : small.indexOf(literals[index + 1]!, from + 1);
    if (to <= from || to > end) return undefined;
    const gap = text.slice(from, to);
    if (figures.has(hole) && !figure.test(gap)) return undefined;
    gaps.set(hole, gap);
    from = to + literals[index + 1]!.length;
  }
  return gaps;
}
