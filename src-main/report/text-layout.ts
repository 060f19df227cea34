// Text in columns of terminal cells: East Asian wide characters and emoji take two, combining marks none.

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const nothing = /\p{Mn}|\p{Me}|\p{Cf}/u;

/** Cells that a text takes. */
export function cellsOf(text: string): number {
  let cells = 0;
  for (const character of text) cells += cellsOfCharacter(character);
  return cells;
}

function cellsOfCharacter(character: string): number {
  if (nothing.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** Cut or padded to a width; what is cut ends in an ellipsis. */
export function toWidth(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const cells = cellsOf(text);
  const padding = ' '.repeat(Math.max(0, width - cells));
  if (cells <= width) return align === 'left' ? text + padding : padding + text;
  const cut = `${head(text, width - 1)}…`;
  return cut + ' '.repeat(Math.max(0, width - cellsOf(cut)));
}

/** Cells of a row in columns of such widths, to the right in each, on as many lines as the width makes of them. */
export function columnLines(cells: readonly string[], widths: readonly number[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const [index, cell] of cells.entries()) {
    const column = toWidth(cell, Math.min(widths[index]!, width), 'right');
    if (line !== '' && cellsOf(line) + cellsOf(column) > width) {
      lines.push(line);
      line = '';
    }
    line += column;
  }
  return [...lines, line];
}

/** A label and a text that hangs beside it on as many lines as it needs. */
export function hanging(label: string, text: string, width: number, dye = (part: string) => part): string[] {
  const [first = '', ...rest] = wrap(text, width - cellsOf(label));
  return [dye(label) + first, ...rest.map((line) => ' '.repeat(cellsOf(label)) + line)];
}

/** Lines of at most `width` cells, or of two where it is less, broken between words, and within one that is longer than a line. */
export function wrap(text: string, width: number): string[] {
  // The widest character always has room: else a word would never be done with.
  const room = Math.max(2, width);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    let rest = word;
    if (line && cellsOf(line) + 1 + cellsOf(rest) > room) {
      lines.push(line);
      line = '';
    }
    // One step for each line, not one over all that is left: a word may be a file's whole content.
    for (let start = head(rest, room); !line && start.length < rest.length; start = head(rest, room)) {
      lines.push(start);
      rest = rest.slice(start.length);
    }
    line = line ? `${line} ${rest}` : rest;
  }
  return line || lines.length === 0 ? [...lines, line] : lines;
}

function head(text: string, width: number): string {
  let cells = 0;
  let kept = '';
  for (const character of text) {
    cells += cellsOfCharacter(character);
    if (cells > width) break;
    kept += character;
  }
  return kept;
}
