// C0 and C1 controls, and the marks that reorder text: a name that a device reports may carry them, and in a
// terminal they move the cursor, in a page they make a word read as another.
const unprintable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text without control characters; line breaks stay. */
export function printableText(text: string): string {
  return text.replace(/\r\n?|\t/g, (gap) => (gap === '\t' ? ' ' : '\n')).replace(unprintable, '');
}

/** A value with every string in it made printable; its shape stays. */
export function printable<T>(value: T): T {
  return walk(value) as T;
}

function walk(value: unknown): unknown {
  if (typeof value === 'string') return printableText(value);
  if (Array.isArray(value)) return value.map(walk);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [printableText(key), walk(child)]));
}
