import { memoryKindSchema } from '../../contract/baseline.js';
import { type Reading, unavailable } from '../../contract/evidence.js';
import type { Probe } from '../../contract/probe.js';
import type { Trend } from '../../contract/qualification.js';
import type { Report } from '../../contract/report.js';
import { median, medianDeviation } from '../../probe/statistics.js';
import { identityDifferences, identityOf } from '../run-identity.js';
import { measuredByPoint, memoryOf, throughputOf } from './figures.js';

/** Fewer earlier runs say too little of how far runs lie apart. A judgement. */
const leastRuns = 5;
/** Modified z-score above which a value is an outlier: Iglewicz and Hoaglin, "How to Detect and Handle Outliers", 1993. */
const outlier = 3.5;
/** Makes the median absolute deviation of normal values their standard deviation: 1 / Φ⁻¹(3/4). */
const normal = 1.4826;
/** Below this share a change matters to nobody, however quiet the earlier runs were. A judgement. */
const practical = 0.02;

/**
 * A machine's figures against its own earlier runs. A change is flagged, in either direction, where it is more than 3.5
 * robust standard deviations from the earlier median and more than 2 % of it.
 *
 * @param earlier reports of any machine and run: those of the same machine, target, profile, device and version of
 *   Preflight that are older than this one count, edited ones left out
 */
export function trendOf(report: Report, earlier: readonly Report[]): Reading<Trend[]> {
  if (report.redacted) return unavailable('a redacted report does not say which machine it is of');
  const runs = earlier.filter((other) => isEarlierRun(report, other));
  if (runs.length < leastRuns)
    return unavailable(
      `${runs.length} earlier ${runs.length === 1 ? 'run' : 'runs'} of this machine and target in the history; a trend needs ${leastRuns}`,
    );
  const before = runs.map(({ probes }) => measuredByPoint(probes));
  return [...measuredByPoint(report.probes)].flatMap(([key, probe]) => {
    const same = distinct(
      probe,
      before.flatMap((found) => found.get(key) ?? []),
    );
    const kind = memoryKindSchema.options.find((each) => memoryOf(probe, each) !== undefined);
    return [
      ...trend(probe, 'throughput', throughputOf, same),
      ...(kind === undefined ? [] : trend(probe, 'memory', (one) => memoryOf(one, kind), same)),
    ];
  });
}

/** Whether two reports are runs of one machine for one target, the other complete and before this one. */
function isEarlierRun(report: Report, other: Report): boolean {
  if (other.id === report.id || other.createdAt >= report.createdAt) return false;
  if (
    other.redacted ||
    other.integrity === 'edited' ||
    other.state !== 'complete' ||
    other.profile === null ||
    report.profile === null
  )
    return false;
  return identityDifferences(identityOf(other), identityOf(report)).length === 0;
}

/** A run that goes on in its folder repeats what it has measured there: each measurement counts once, and not against itself. */
function distinct(probe: Probe, before: readonly Probe[]): Probe[] {
  const keyOf = ({ time, memory, wallSeconds }: Probe) => JSON.stringify([time, memory, wallSeconds]);
  const byKey = new Map(before.map((one) => [keyOf(one), one]));
  byKey.delete(keyOf(probe));
  return [...byKey.values()];
}

function trend(
  probe: Probe,
  metric: Trend['metric'],
  figureOf: (probe: Probe) => number | undefined,
  before: readonly Probe[],
): Trend[] {
  const value = figureOf(probe);
  const values = before.flatMap((one) => figureOf(one) ?? []);
  if (value === undefined || values.length < leastRuns) return [];
  const middle = median(values);
  const deviation = normal * medianDeviation(values);
  const change = value / middle - 1;
  const flagged = Math.abs(change) > practical && Math.abs(value - middle) > outlier * deviation;
  return [
    {
      point: probe.point,
      metric,
      value,
      earlier: { runs: values.length, median: middle, deviation },
      change,
      flagged,
    },
  ];
}
