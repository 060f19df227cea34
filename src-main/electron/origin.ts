/** The pages' own scheme: a real origin, where `file://` would be one with every file of the disk. */
export const pageScheme = 'app';
export const pageOrigin = `${pageScheme}://preflight`;
export const pageUrl = `${pageOrigin}/index.html`;
/** Of a report that is printed: another origin than the pages', so that it is none of ours. */
export const printUrl = `${pageScheme}://print/report.html`;

/** Whether an address lies within our pages. */
export function isOurs(url: string): boolean {
  return url.startsWith(`${pageOrigin}/`);
}
