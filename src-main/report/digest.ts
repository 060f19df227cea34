import { createHash } from 'node:crypto';
import { canonicalize } from 'json-canonicalize';
import type { Report } from '../contract/report.js';

/** A report before its digest. */
export type ReportContent = Omit<Report, 'digest'>;

/** SHA-256 of a report's canonical JSON (RFC 8785), its own digest left out. Takes what a file holds as well. */
export function digestOf(report: object): string {
  const { digest: _, ...content } = report as Partial<Report>;
  return `sha256:${createHash('sha256').update(canonicalize(content)).digest('hex')}`;
}

/** A report with the digest of its content, in place of one that it may have. */
export function seal(content: ReportContent): Report {
  return { ...content, digest: digestOf(content) };
}
