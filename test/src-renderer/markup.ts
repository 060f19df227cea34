// Rendered markup as a person reads it.

/** Text with a bar between elements; pictures left out. */
export function textOf(html: string): string {
  return decoded(
    html
      .replace(/<svg[\s\S]*?<\/svg>/g, '')
      .replace(/<small class="inline">|<span class="quiet">/g, '')
      .replace(/<[^>]+>/g, '|')
      .replace(/(\|\s*)+/g, '|'),
  );
}

/** Each row of every table, its cells with a bar between them; cells that hold a picture alone are left out. */
export function rowsOf(html: string): string[] {
  return [...html.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row]) =>
    [...row!.matchAll(/<t[hd]( class="bar")?[^>]*>([\s\S]*?)<\/t[hd]>/g)]
      .filter(([, , cell]) => !/^<svg|class="key"/.test(cell!))
      .filter(([, bar, cell]) => bar === undefined || cell !== '')
      .map(([, , cell]) => decoded(cell!.replace(/<[^>]+>/g, '')))
      .join('|'),
  );
}

/** Widths in percent of the rectangles of a class, in their order. */
export function widthsOf(html: string, className: string): number[] {
  return [...html.matchAll(new RegExp(`<rect class="${className}"[^>]*? width="([\\d.]+)%"`, 'g'))].map(
    (match) => Number(match[1]),
  );
}

const decoded = (text: string) =>
  text
    .replaceAll('&#x27;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
