import type { KeptReport } from '../../src-main/contract/kept-report.js';

const digestStart = 'sha256:';

/** The address of a report's page. */
export const reportPath = (report: KeptReport) => `/report/${segmentOf(report)}`;

/** The address of the page that holds reports against the first of them. */
export const comparePath = (reports: readonly KeptReport[]) =>
  `/history/compare/${reports.map(segmentOf).join('/')}`;

/** The reports that an address names. */
export function reportsIn(location: string): KeptReport[] {
  const [, segments = ''] = /^\/(?:report|history\/compare)\/(.*)$/.exec(location) ?? [];
  return segments.split('/').flatMap((segment) => {
    const [, name, hex] = /^(.*?)(?:~([0-9a-f]{64}))?$/.exec(segment)!;
    const id = decoded(name!);
    return id === '' ? [] : [{ id, ...(hex !== undefined && { digest: `${digestStart}${hex}` }) }];
  });
}

/**
 * An id comes out of a file that anybody may have written. The router decodes what it takes for encoded, after which a line
 * break would be one, and `%2F` within an id a `/`: so `!` stands for `%`. Half a character of UTF-16 cannot be encoded.
 */
function segmentOf({ id, digest }: KeptReport): string {
  const name = encodeURIComponent(id.replace(/\p{Surrogate}/gu, '\ufffd'))
    .replace(/[!~]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`)
    .replaceAll('%', '!');
  return digest === undefined ? name : `${name}~${digest.slice(digestStart.length)}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('!', '%'));
  } catch {
    return text;
  }
}
