import { createHash } from 'node:crypto';
import { bucketLabel } from '../../contract/bucket-label.js';
import { isUnavailable } from '../../contract/evidence.js';
import { countNames } from '../../contract/gpu-names.js';
import type { HistoryEntry } from '../../contract/history.js';
import type { Report } from '../../contract/report.js';
import { usableGpuNames } from '../qualify/figures.js';

/** What a list shows of a report. */
export function entryOf(report: Report): HistoryEntry {
  const { id, createdAt, integrity, redacted, digest, state, profile, machine, target, device, rehearsal } =
    report;
  const [first, ...more] = target.buckets;
  const others = more.length > 0 ? ` and ${more.length} more buckets` : '';
  return {
    id,
    createdAt,
    integrity,
    redacted,
    digest,
    state,
    profile,
    hostname: machine.host.hostname,
    gpus: countNames(usableGpuNames(machine.gpus)),
    run: `${target.model} ${target.task}, ${bucketLabel(first!)}${others}`,
    device: device.used,
    verdict: report.verdict.status,
    rehearsal: isUnavailable(rehearsal) ? null : rehearsal.status,
  };
}

/**
 * A report's name as a file: its id, and what tells it from another of that id, such as its redacted copy. The id comes out
 * of a file that anybody may have written, so that one which is no plain word is not taken into the name.
 */
export function fileNameOf({ id, digest }: Pick<Report, 'id' | 'digest'>): string {
  const plain = /^[a-z0-9][a-z0-9._-]{0,99}$/.test(id);
  const name = plain ? id : createHash('sha256').update(id).digest('hex').slice(0, 32);
  return `${name}-${digest.slice('sha256:'.length).slice(0, 12)}.json`;
}
