import type { Paint, Tone } from './terminal-style.js';

// Neighbours differ in shade, so that the bar reads without colour.
const shades = ['█', '▒', '▓', '░'] as const;
const dyes: Tone[] = ['blue', 'cyan', 'magenta', 'yellow'];

/** The shade of a part by its place, which keys a bar to the rows of its table. */
export const shadeOf = (index: number, paint: Paint, cells = 1) =>
  paint(shades[index % shades.length]!.repeat(cells), dyes[index % dyes.length]!);

/** Values end to end in `width` cells that stand for `whole`; what is left is dotted, and what goes beyond is cut. */
export function shadedBar(values: readonly number[], whole: number, paint: Paint, width: number): string {
  const cell = (value: number) => Math.max(0, Math.min(width, Math.round((value / (whole || 1)) * width)));
  let end = 0;
  const bar = values.map((value, index) => {
    const from = cell(end);
    end += value;
    return shadeOf(index, paint, Math.max(0, cell(end) - from));
  });
  return bar.join('') + paint('·'.repeat(width - cell(end)), 'dim');
}
