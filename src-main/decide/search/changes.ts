import { known, type Reading, unavailable } from '../../contract/evidence.js';
import type { Prediction, Recommendation } from '../../contract/report.js';
import type { Target } from '../../contract/target.js';
import { settingsOf, withBatches } from '../settings.js';

type Change = Recommendation['changes'][number];

/** Settings that are turned together; the first that differs carries the difference. */
interface Move {
  settings: readonly string[];
  /** `from` with this move's settings as `to` has them. */
  make: (from: Target, to: Target) => Target;
}

const pick =
  <K extends keyof Target>(...names: K[]) =>
  (from: Target, to: Target): Target => {
    const taken = Object.fromEntries(names.map((name) => [name, to[name]]));
    const next = { ...from, ...taken };
    return withBatches(
      next,
      next.buckets.map(({ batch }) => batch),
      next.accumulation,
    );
  };

const moves: readonly Move[] = [
  { settings: ['dtype'], make: pick('dtype') },
  { settings: ['sp', 'tp', 'plugin'], make: pick('sequenceParallel', 'tensorParallel', 'plugin') },
  { settings: ['checkpointing'], make: pick('checkpointedBlocks') },
  { settings: ['batch', 'accumulation'], make: pick('buckets', 'accumulation') },
  { settings: ['offload'], make: pick('offload') },
  { settings: ['cachedText'], make: pick('cachedText') },
  { settings: ['cachedVideo'], make: pick('cachedVideo') },
  { settings: ['vaeTiling'], make: pick('vaeTiling') },
];

/** One state on the way, with its prediction. */
interface State {
  target: Target;
  prediction: Prediction;
}

/**
 * What to change, one after the other: first what lowers the peak most for the least time, last what raises it to save
 * time. Bytes are of the peak, seconds of a step, each against the state before.
 */
export function changesBetween(
  asked: State,
  recommended: Target,
  predictAgain: (target: Target) => Prediction,
): Change[] {
  const final = settingsOf(recommended);
  const differ = (target: Target, { settings }: Move) => {
    const current = settingsOf(target);
    const batches = settings.includes('batch') && batchesOf(target) !== batchesOf(recommended);
    return batches || settings.some((name) => current[name] !== final[name]);
  };
  const changes: Change[] = [];
  let state = asked;
  let open = moves.filter((move) => differ(asked.target, move));
  while (open.length > 0) {
    const before = state;
    const steps = open.map((move) => {
      const target = move.make(before.target, recommended);
      return { move, target, prediction: predictAgain(target) };
    });
    const next = steps.reduce((one, other) => (goesBefore(other, one, before) ? other : one));
    changes.push(...changesOf(before, next, next.move));
    state = next;
    open = open.filter((move) => move !== next.move);
  }
  return [...changes, ...effectiveBatch(asked.target, recommended)];
}

const batchesOf = ({ buckets }: Target) => buckets.map(({ batch }) => batch).join();

/** Whether one step is to be made before another from the same state. */
function goesBefore(one: State, other: State, from: State): boolean {
  const [a, b] = [differences(from, one), differences(from, other)];
  if (a.rank !== b.rank) return a.rank < b.rank;
  if (a.rank === 0) return a.bytes < b.bytes;
  // Bytes won for each second lost.
  if (a.rank === 1) return a.bytes / a.seconds < b.bytes / b.seconds;
  return a.seconds < b.seconds;
}

/** 0 lowers the peak at no cost, 1 lowers it and costs time, 2 does not lower it. */
function differences(from: State, to: State): { rank: 0 | 1 | 2; bytes: number; seconds: number } {
  const bytes = to.prediction.peakBytesPerGpu - from.prediction.peakBytesPerGpu;
  const seconds = known(secondsBetween(from, to)) ?? 0;
  return { rank: bytes >= 0 ? 2 : seconds > 0 ? 1 : 0, bytes, seconds };
}

function changesOf(from: State, to: State, { settings }: Move): Change[] {
  const was = settingsOf(from.target);
  const is = settingsOf(to.target);
  // Of several buckets the largest batch may stay while others fall: then that is said of it.
  const names = settings.filter((name) => is[name] !== was[name]);
  const turned = names.length > 0 ? names : settings.slice(0, 1);
  const text = (target: Target, name: string) =>
    name === 'batch' && target.buckets.length > 1 ? batchesOf(target) : String(settingsOf(target)[name]);
  return turned.map((setting, index) => ({
    setting,
    from: text(from.target, setting),
    to: text(to.target, setting),
    bytes: index > 0 ? 0 : to.prediction.peakBytesPerGpu - from.prediction.peakBytesPerGpu,
    seconds: index > 0 ? 0 : secondsBetween(from, to),
  }));
}

function secondsBetween(from: State, to: State): Reading<number> {
  const was = known(from.prediction.secondsPerStep);
  const is = known(to.prediction.secondsPerStep);
  return was === undefined || is === undefined ? unavailable('the speed is not known') : is - was;
}

/** What follows for the effective batch, at no further cost. */
function effectiveBatch(asked: Target, recommended: Target): Change[] {
  if (asked.task === 'infer' || asked.effectiveBatch === recommended.effectiveBatch) return [];
  const [from, to] = [String(asked.effectiveBatch), String(recommended.effectiveBatch)];
  return [{ setting: 'effectiveBatch', from, to, bytes: 0, seconds: 0 }];
}
