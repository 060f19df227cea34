import { modelVersion } from '../../models/catalog/index.js';
import { isUnavailable, known, type Reading, unavailable } from '../contract/evidence.js';
import type { Lesson } from '../contract/lesson.js';
import type { Report } from '../contract/report.js';
import type { DecideInput } from '../decide/decide-input.js';
import type { Rehearsed } from '../decide/rehearsed.js';
import { doubtShare, predictMemory } from '../predict/memory.js';
import { hasFlashAttention, predict } from '../predict/predict.js';
import { contextPart } from '../predict/residents.js';
import { median } from '../probe/statistics.js';

/**
 * What a rehearsal that held teaches: its figures over those that were expected without any lesson, since what was corrected
 * once must not be corrected again.
 *
 * @param input what the answer rested on
 */
export function lessonsOf(
  end: Rehearsed,
  input: DecideInput,
  { id, createdAt, machine, target }: Pick<Report, 'id' | 'createdAt' | 'machine' | 'target'>,
): Lesson[] {
  const last = end.rehearsal.attempts.at(-1)!;
  if (last.status !== 'held') return [];
  const { hostname } = machine.host;
  const device = last.devices[0]!.name;
  const { model, task } = target;
  const of = { createdAt, reportId: id, hostname, device, model, task };
  const lessons: Lesson[] = [
    { ...of, dtype: last.graph.dtype, rehearsedIn: 'onnx-runtime', ...graphRatios(end) },
  ];
  const own = upstreamRatios(end, input);
  if (own !== undefined) lessons.push({ ...of, dtype: target.dtype, rehearsedIn: 'open-sora', ...own });
  return lessons.filter(
    ({ peakRatio, secondsRatio }) => known(peakRatio) !== undefined || known(secondsRatio) !== undefined,
  );
}

type Ratios = Pick<Lesson, 'peakRatio' | 'secondsRatio' | 'doubtShare'>;

function graphRatios({ rehearsal }: Rehearsed): Ratios {
  const { rehearsed, expected, parts } = rehearsal.attempts.at(-1)!;
  const block = parts.find(({ id }) => id === 'block-under-way')?.bytes ?? 0;
  return {
    doubtShare: block / expected.peakBytes,
    peakRatio: ratio(rehearsed.peakBytes, expected.peakBytes),
    secondsRatio: ratio(rehearsed.secondsPerStep, expected.secondsPerStep),
  };
}

/** Of Open-Sora's own steps; undefined where there were none that held. */
function upstreamRatios({ rehearsal, targets }: Rehearsed, input: DecideInput): Ratios | undefined {
  const upstream = known(rehearsal.upstream);
  if (upstream?.status !== 'held') return undefined;
  const { peakAllocatedBytes, stepSeconds, bucket } = upstream;
  const target = targets.at(-1)!;
  const { probes, analyse, speed } = input;
  const { prediction } = predict(target, probes, analyse, speed);
  const version = modelVersion(target.model, target.ae);
  const { worst } = predictMemory(version, target, probes, analyse, hasFlashAttention(speed));
  const context = contextPart(target).bytes;
  const seconds = prediction.buckets.find(({ label }) => label === bucket)?.secondsPerStep;
  const warm = stepSeconds.slice(1);
  return {
    doubtShare: doubtShare(worst.phases, worst.peak.bytes),
    peakRatio: isUnavailable(peakAllocatedBytes)
      ? peakAllocatedBytes
      : ratio(peakAllocatedBytes + context, prediction.peakBytesPerGpu),
    secondsRatio:
      warm.length === 0 || seconds === undefined
        ? unavailable('no step of a bucket that is predicted was timed')
        : ratio(median(warm), seconds),
  };
}

function ratio(rehearsed: Reading<number>, expected: Reading<number>): Reading<number> {
  if (isUnavailable(rehearsed)) return rehearsed;
  if (isUnavailable(expected)) return expected;
  if (!(rehearsed > 0) || !(expected > 0))
    return unavailable('it is too small to be held against what was expected');
  return rehearsed / expected;
}
