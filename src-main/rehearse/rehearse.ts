import { isUnavailable, known, type Reading, unavailable } from '../contract/evidence.js';
import { formatGiB } from '../contract/format.js';
import type {
  RehearsalAttempt,
  RehearsalProgress,
  RehearsedDevice,
  UpstreamRehearsal,
} from '../contract/rehearsal.js';
import type { Target } from '../contract/target.js';
import type { DecideInput } from '../decide/decide-input.js';
import type { Rehearsed } from '../decide/rehearsed.js';
import { nextBest, nothingHeld, type RanOut, toRehearse } from '../decide/to-rehearse.js';
import type { Decision } from '../decide/verdict.js';
import { mostBytes } from '../probe/rehearsal/device.js';
import type { RehearsalJob } from '../probe/rehearsal/job.js';
import { attemptOf, missingOf } from './attempt.js';
import type { RehearsalWork } from './work.js';

/** Attempts at most: where three settings ran out of memory, the prediction is not to be trusted with a fourth. */
const mostAttempts = 3;

/** The devices that the run uses of this machine, as a rehearsal sees them. */
export interface Holder {
  /** ONNX Runtime's provider. */
  provider: string;
  /** The work of settings on such a device. */
  workFor(target: Target): DeviceWork;
  /** What the fullest of the devices can hold now. Bytes. */
  freeBytes(): Promise<Reading<number>>;
  /** Runs the job on all devices at once and says how that ended; never throws. */
  hold(
    job: RehearsalJob,
    limitBytes: number | null,
    onProgress: (progress: Omit<RehearsalProgress, 'attempt'>) => void,
  ): Promise<RehearsedDevice[]>;
}

export interface DeviceWork extends RehearsalWork {
  /** By how much more has to be held at the most than in the target's own type of numbers. Bytes. */
  beyondTypeBytes: number;
}

/**
 * Step 7 of the flow: the settings of the answer, and where they run out of memory the next best, held on this machine.
 *
 * @returns the reason in place of it where there is nothing to rehearse, or nothing to do it on
 */
export async function rehearse(
  input: DecideInput,
  decision: Decision,
  holder: Holder,
  onProgress: (progress: RehearsalProgress) => void,
): Promise<Reading<Rehearsed>> {
  const start = performance.now();
  const first = toRehearse(input, decision);
  if (isUnavailable(first)) return first;
  const attempts: RehearsalAttempt[] = [];
  const ranOut: RanOut[] = [];
  const targets: Target[] = [];
  let { advice } = first;
  for (let next: typeof first | undefined = first; next !== undefined; ) {
    const { target, prediction } = next;
    const work = holder.workFor(target);
    const limitBytes = input.judgedGpu === null ? null : input.judgedGpu.memoryBytes + work.beyondTypeBytes;
    const tooSmall = await deviceTooSmall(work, limitBytes, holder);
    if (tooSmall !== undefined && attempts.length === 0) return tooSmall;
    if (tooSmall !== undefined) break;
    const attempt = attempts.length + 1;
    const devices = await holder.hold(work.job, limitBytes, (at) => onProgress({ ...at, attempt }));
    const end = attemptOf(target, { ...work, graph: withLimit(work, limitBytes) }, devices);
    attempts.push(end);
    targets.push(target);
    advice = next.advice;
    next = undefined;
    if (end.status !== 'out-of-memory') break;
    ranOut.push({ target, prediction, missingBytes: missingOf(end) });
    advice = nothingHeld(attempts.length);
    if (attempts.length < mostAttempts) next = nextBest(input, ranOut);
  }
  return {
    rehearsal: {
      provider: holder.provider,
      status: attempts.at(-1)!.status,
      attempts,
      upstream: unavailable('not asked for (--upstream)'),
      wallSeconds: (performance.now() - start) / 1000,
    },
    targets,
    advice,
  };
}

/** The graph, with what the memory of the judged GPU counts as where this device's type takes more than the run's. */
function withLimit({ graph, beyondTypeBytes }: DeviceWork, limitBytes: number | null): DeviceWork['graph'] {
  if (limitBytes === null || beyondTypeBytes === 0) return graph;
  const judged = formatGiB(limitBytes - beyondTypeBytes);
  const note = `The ${judged} that are judged count as ${formatGiB(limitBytes)} here, since this device's type takes so much more`;
  return { ...graph, notes: [...graph.notes, note] };
}

/** With what came of Open-Sora's own steps: settings that ran out of memory there are recommended no more. */
export function withUpstream(end: Rehearsed, upstream: Reading<UpstreamRehearsal>): Rehearsed {
  const ranOut = known(upstream)?.status === 'out-of-memory';
  const advice = ranOut ? nothingHeld(1) : end.advice;
  return { ...end, advice, rehearsal: { ...end.rehearsal, upstream } };
}

/**
 * Where another GPU is judged than the one that is here: this one may be too small for what that one holds, which says
 * nothing about it.
 */
async function deviceTooSmall(
  { job }: RehearsalWork,
  limitBytes: number | null,
  holder: Holder,
): Promise<{ unavailable: string } | undefined> {
  const most = mostBytes(job);
  if (limitBytes === null || most > limitBytes) return undefined;
  const free = known(await holder.freeBytes());
  if (free === undefined || most <= free) return undefined;
  return unavailable(
    `it would take ${formatGiB(most)}, and this machine can hold ${formatGiB(free)}: whether the GPU that is judged can is not shown by that`,
  );
}
