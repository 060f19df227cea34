import type { Mark } from '../../src-renderer/report/words.js';

export interface TerminalOptions {
  color: boolean;
  /** Cells in a line. */
  width: number;
}

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const;
export type Tone = keyof typeof codes;

/** Colours a text where colours are wanted; every meaning is in the text too. */
export type Paint = (text: string, ...tones: Tone[]) => string;

export function painter(color: boolean): Paint {
  return (text, ...tones) =>
    color && tones.length > 0
      ? `\u001b[${tones.map((tone) => codes[tone]).join(';')}m${text}\u001b[0m`
      : text;
}

export const glyphs: Record<Mark, string> = { pass: '✔', look: '▲', fail: '✖', none: '◌' };
export const tones: Record<Mark, Tone> = { pass: 'green', look: 'yellow', fail: 'red', none: 'dim' };
