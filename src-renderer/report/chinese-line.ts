const han = /[\u4e00-\u9fff]/;
const wide = /[\u4e00-\u9fff，。；：、（）“”]/;

/** Pieces as one line: Chinese and Latin letters have a space between them, Chinese and its own marks none. */
export function joined(parts: readonly string[]): string {
  return parts.reduce((line, part) => {
    if (line === '' || part === '') return line + part;
    const [end, start] = [line.at(-1)!, part[0]!];
    if (end === ' ' && wide.test(line.at(-2) ?? '') && wide.test(start)) return line.slice(0, -1) + part;
    if (start === ' ' && wide.test(end) && wide.test(part[1] ?? '')) return line + part.slice(1);
    if ((han.test(end) && /[A-Za-z0-9([<−+]/.test(start)) || (/[A-Za-z0-9%)\]]/.test(end) && han.test(start)))
      return `${line} ${part}`;
    return line + part;
  }, '');
}
