import type { ModelVersion } from '../../models/catalog/types.js';
import { known } from '../../src-main/contract/evidence.js';
import { formatGiB, formatGiBRange } from '../../src-main/contract/format.js';
import type { RehearsedDevice } from '../../src-main/contract/rehearsal.js';
import type { PhaseId, Prediction } from '../../src-main/contract/report.js';
import type { TargetFlags } from '../../src-main/contract/target-flags.js';
import { reserve } from '../../src-main/decide/memory-finding.js';
import type { RehearsalJob } from '../../src-main/probe/rehearsal/job.js';

/** What the memory alone lets a verdict say. */
export type MemoryVerdict = 'go' | 'no-go' | 'inconclusive';

/** A run of a narrowed version, and a limit of memory that lies near its prediction. */
export interface NearTarget {
  name: string;
  /** Heads that the version is narrowed to. */
  heads: number;
  flags: TargetFlags & { model: ModelVersion['id'] };
  /** The phase of the run in which the most is held. */
  phase: PhaseId;
  verdict: MemoryVerdict;
  /** How far the interval's end that decides lies from the limit, as a share of it; nothing where neither decides. */
  away: number;
}

/**
 * A limit for which the verdict is the one that is wanted, as near as is wanted: of a go the interval's top and the reserve
 * lie that far below it, of a no-go the interval's bottom above it, and where it is too near to call it is in the middle.
 *
 * @returns bytes, in whole pages as the kernel takes them
 */
export function limitFor({ verdict, away }: NearTarget, { interval }: Prediction): number {
  const [low, high] = interval.peakBytes;
  // The least reserve: it is a share of the memory from 50 GiB on, which no target here needs.
  const top = high + reserve.leastBytes;
  const limit = { go: top / (1 - away), 'no-go': low / (1 + away), inconclusive: (low + top) / 2 }[verdict];
  return Math.floor(limit / 4096) * 4096;
}

/** How far the end of the interval that decides lies within the limit, or beyond it where negative, as a share of the limit. */
export function awayFrom(limitBytes: number, { verdict }: NearTarget, { interval }: Prediction): number {
  const [low, high] = interval.peakBytes;
  return 1 - (verdict === 'no-go' ? low : high + reserve.leastBytes) / limitBytes;
}

/** The columns of docs/accuracy.md's table of rehearsals near their limits. */
export const nearHeader = `| run (width by heads) | limit | predicted | verdict | the kernel | rehearsed peak | most in the group |
|---|---|---|---|---|---|---|`;

/** One run's row of that table. */
export function nearRow(
  { name, heads, verdict }: NearTarget,
  limitBytes: number,
  { interval }: Prediction,
  { status, stage, peakBytes }: RehearsedDevice,
  { otherPhases }: Pick<RehearsalJob, 'otherPhases'>,
  groupPeakBytes: number,
): string {
  const end = stage === null ? status : `${status}, ${stage}`;
  const peak = known(peakBytes);
  const cells = [
    `${name} (heads: ${heads})`,
    formatGiB(limitBytes),
    formatGiBRange(interval.peakBytes),
    verdict === 'inconclusive' ? 'too near to call' : verdict,
    end,
    status === 'held' && peak !== undefined
      ? formatGiB(Math.max(peak, ...otherPhases.map(({ bytes }) => bytes)))
      : '',
    formatGiB(groupPeakBytes),
  ];
  return `| ${cells.join(' | ')} |`;
}
