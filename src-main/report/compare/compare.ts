import type {
  ComparedPoint,
  ComparedReport,
  Comparison,
  Difference,
  PairComparison,
} from '../../contract/comparison.js';
import { isUnavailable, known, type Reading, unavailable } from '../../contract/evidence.js';
import { pointKey } from '../../contract/point-key.js';
import type { Probe } from '../../contract/probe.js';
import type { Report } from '../../contract/report.js';
import { tool } from '../../contract/tool.js';
import { UsageError } from '../../contract/usage-error.js';
import type { NamedReport } from '../named-report.js';
import { leafDifferences } from '../run-identity.js';
import { machineDifferences } from './machines.js';
import { medianInterval } from './noise.js';

/**
 * Each report against the first: the same point against the same point, and what may explain a difference.
 *
 * @throws UsageError where two have no point in common, saying why
 */
export function compare([first, ...others]: readonly NamedReport[]): Comparison {
  if (first === undefined || others.length === 0)
    throw new UsageError('two reports or more are needed to compare: give their files');
  return {
    kind: 'preflight-comparison',
    schemaVersion: 1,
    tool,
    first: described(first),
    pairs: others.map((other) => comparePair(first, other)),
  };
}

function described({ name, report: { id, createdAt, machine, integrity } }: NamedReport): ComparedReport {
  return { name, id, createdAt, hostname: machine.host.hostname, integrity };
}

function comparePair(first: NamedReport, other: NamedReport): PairComparison {
  const [a, b] = [measured(first.report), measured(other.report)];
  const keys = [...a.keys()].filter((key) => b.has(key));
  if (keys.length === 0) throw new UsageError(notComparable(first, other));
  const common = [keys.map((key) => a.get(key)!), keys.map((key) => b.get(key)!)] as const;
  const reports = [first.report, other.report] as const;
  return {
    other: described(other),
    points: common[0].map((probe, index) => comparePoint(probe, common[1][index]!)),
    onlyInFirst: a.size - keys.length,
    onlyInOther: b.size - keys.length,
    targetDifferences: leafDifferences(other.report.target, first.report.target),
    verdicts: both(reports, ({ verdict }) => verdict.status),
    peakBytesPerGpu: both(reports, ({ prediction }) =>
      isUnavailable(prediction) ? prediction : prediction.peakBytesPerGpu,
    ),
    secondsPerStep: both(reports, ({ prediction }) =>
      isUnavailable(prediction) ? prediction : prediction.secondsPerStep,
    ),
    machines: machineDifferences(reports, common),
  };
}

const both = <T>([a, b]: readonly [Report, Report], of: (report: Report) => T): [T, T] => [of(a), of(b)];

/** What ran on a device, by point and provider, however it ended. */
function measured({ probes }: Report): Map<string, Probe> {
  const found = new Map<string, Probe>();
  for (const probe of probes) {
    const key = `${probe.provider} ${pointKey(probe.point)}`;
    if (probe.evidence === 'measured' && !found.has(key)) found.set(key, probe);
  }
  return found;
}

function comparePoint(a: Probe, b: Probe): ComparedPoint {
  const statuses: ComparedPoint['statuses'] = [a.status, b.status];
  const missing = 'not measured in both';
  const memories = [known(a.memory), known(b.memory)] as const;
  const memory = (
    of: (memory: NonNullable<(typeof memories)[0]>) => Reading<number>,
  ): Reading<Difference> => {
    const [one, other] = memories.map((each) => each && known(of(each)));
    // One figure a probe: what an allocator is asked for is the same each time, and of what a driver reads nothing is known.
    return difference(one, other, unavailable('a probe has one figure of it'), missing);
  };
  return {
    point: a.point,
    provider: a.provider,
    statuses,
    seconds: secondsOf(a, b, missing),
    memory: {
      live: memory(({ liveBytes }) => liveBytes),
      'in use': memory(({ inUseBytes }) => inUseBytes),
      held: memory(({ heldBytes }) => heldBytes),
      device: memory(({ deviceBytes }) => deviceBytes),
    },
  };
}

function secondsOf(a: Probe, b: Probe, missing: string): Reading<Difference> {
  const [one, other] = [known(a.time), known(b.time)];
  if (one === undefined || other === undefined) return unavailable(missing);
  return difference(
    one.medianSeconds,
    other.medianSeconds,
    ratioInterval(medianInterval(one.samples), medianInterval(other.samples)),
    missing,
  );
}

/** Within which the change of two figures lies, each anywhere in its own interval. */
function ratioInterval(
  a: Reading<[number, number]>,
  b: Reading<[number, number]>,
): Reading<[number, number]> {
  if (isUnavailable(a)) return a;
  if (isUnavailable(b)) return b;
  if (a[0] <= 0) return unavailable('a sample took no time');
  return [b[0] / a[1] - 1, b[1] / a[0] - 1];
}

function difference(
  one: number | undefined,
  other: number | undefined,
  interval: Reading<[number, number]>,
  missing: string,
): Reading<Difference> {
  if (one === undefined || other === undefined) return unavailable(missing);
  if (one <= 0) return unavailable('the first is 0');
  return {
    values: [one, other],
    change: other / one - 1,
    interval,
    withinNoise: isUnavailable(interval) ? interval : interval[0] <= 0 && interval[1] >= 0,
  };
}

/** Why nothing of two reports can be held against each other, in one line. */
function notComparable(first: NamedReport, other: NamedReport): string {
  for (const { name, report } of [first, other])
    if (measured(report).size === 0)
      return `${name} cannot be compared: nothing was measured for it (${report.device.used === 'none' ? 'it is a plan' : `its run is ${report.state}`})`;
  const [a, b] = [first, other].map(({ report }) => subjectOf(report)) as [Subject, Subject];
  const differs = (Object.keys(a) as (keyof Subject)[]).flatMap((key) =>
    a[key] === b[key] ? [] : [`${key} ${a[key]} against ${b[key]}`],
  );
  return `${first.name} and ${other.name} cannot be compared: they have no point in common (${differs.join('; ') || 'their shapes differ'})`;
}

type Subject = Record<'model' | 'task' | 'device' | 'type' | 'blocks' | 'shapes', string>;

function subjectOf(report: Report): Subject {
  const probes = [...measured(report).values()];
  const list = (of: (probe: Probe) => string | number) =>
    [...new Set(probes.map((probe) => String(of(probe))))].toSorted().slice(0, 4).join(', ');
  return {
    model: list(({ point }) => point.model),
    task: list(({ point }) => point.task),
    device: list(({ provider }) => provider),
    type: list(({ point }) => point.dtype),
    blocks: list(({ point }) => point.block),
    shapes: list(({ point }) => `${point.resolution} ${point.frames} frames batch ${point.batch}`),
  };
}
