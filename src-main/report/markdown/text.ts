import { printableText } from '../../contract/printable.js';

/** What Markdown or HTML gives a meaning, wherever it stands. */
const special = /[\\`*_[\]|~$<>&]/g;
const entities: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };
/** What it gives a meaning at the beginning of a block: headings, lists, rules, quotes. */
const opening = /^(?:([#+=-])(?!\d)|(\d{1,9})([.)])(?=\s|$))/;

/** What GitHub makes a mention of somebody or a link to another issue of, in text that is escaped too. */
const reference = /@(?=[A-Za-z0-9])|#(?=\d)/g;
/** Takes no room, and parts what it stands between. */
const wordJoiner = '\u2060';

/** A text of one line that is read as nothing but text, in a table's cell too. */
export function inline(text: string): string {
  return printableText(text)
    .replace(/\s+/g, ' ')
    .trim()
    .replace(reference, (mark) => `${mark}${wordJoiner}`)
    .replace(special, (character) => entities[character] ?? `\\${character}`)
    .replace(opening, (_, mark?: string, number?: string, stop?: string) =>
      mark === undefined ? `${number}\\${stop}` : `\\${mark}`,
    );
}

/** A block to copy; its fence is longer than any within. */
export function code(text: string): string[] {
  const shown = printableText(text);
  const longest = Math.max(2, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, shown, fence];
}

/** A table; columns marked `right` hold figures. Nothing where there are no rows. */
export function table(head: readonly { name: string; right?: true }[], rows: readonly string[][]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => inline(cell) || ' ').join(' | ')} |`;
  return [
    line(head.map(({ name }) => name)),
    `|${head.map(({ right }) => (right ? ' ---: ' : ' --- ')).join('|')}|`,
    ...rows.map(line),
  ];
}

export function list(texts: readonly string[]): string[] {
  return texts.map((text) => `- ${inline(text)}`);
}
