const escapes: Record<string, string> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  n: '\n',
  t: '\t',
  r: '\r',
  '\n': '',
};

/** A number as Python writes it (`10_000`, `2e-5`, `0x10`), or undefined for a complex one. */
export function numberOf(text: string): number | undefined {
  const plain = text.replaceAll('_', '');
  return /^[\d.xobe+\-a-f]+$/i.test(plain) && !/j$/i.test(plain) ? Number(plain) : undefined;
}

/** The text of a string literal with its prefix and quotes; undefined for bytes. */
export function stringOf(literal: string): string | undefined {
  const match = /^([a-z]*)("""|'''|"|')([\s\S]*)\2$/i.exec(literal);
  if (match === null) return undefined;
  const [, prefix, , body] = match;
  if (/[bf]/i.test(prefix!)) return undefined;
  if (/r/i.test(prefix!)) return body;
  return body!.replace(/\\(x[\da-f]{2}|u[\da-f]{4}|[\s\S])/gi, (whole, escaped: string) => {
    if (escaped.length > 1) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    return escapes[escaped] ?? whole;
  });
}
