import { randomUUID } from 'node:crypto';
import {
  type Baseline,
  type BaselineFigure,
  type BaselinePoint,
  baselineVersion,
  type MemoryKind,
  memoryKindSchema,
} from '../../contract/baseline.js';
import { isUnavailable, known, type Reading, unavailable } from '../../contract/evidence.js';
import { countNames } from '../../contract/gpu-names.js';
import { pointKey, sizedPointName } from '../../contract/point-key.js';
import type { Probe } from '../../contract/probe.js';
import type { Report } from '../../contract/report.js';
import { tool } from '../../contract/tool.js';
import { UsageError } from '../../contract/usage-error.js';
import { median } from '../../probe/statistics.js';
import type { NamedReport } from '../named-report.js';
import { leafDifferences } from '../run-identity.js';
import { byLeniency, isJudged, verdictOrder } from './checks.js';
import { measuredByPoint, memoryOf, spreadOf, throughputOf, usableGpuNames } from './figures.js';

/**
 * A baseline from reports of machines that are known to be good: of each figure the median and the spread over them.
 *
 * @param given reports of one target, profile and kind of machine, each complete and without a failure
 * @throws UsageError naming the report that cannot be part of it, and why
 */
export function makeBaseline(given: readonly NamedReport[]): Baseline {
  const [first] = given;
  if (first === undefined) throw new UsageError('no report is given to make a baseline from');
  const ids = new Set<string>();
  for (const one of given) {
    const why = unfit(one.report) ?? differs(first, one);
    if (why !== undefined) throw new UsageError(`${one.name} cannot be part of a baseline: ${why}`);
    if (ids.has(one.report.id)) throw new UsageError(`${one.name} holds a report that is given twice`);
    ids.add(one.report.id);
  }
  const { report } = first;
  const { points, leftOut } = pointsOf(given.map((one) => one.report));
  if (points.length === 0)
    throw new UsageError(`no point was measured in every report, so there is nothing to hold a machine to`);
  return {
    kind: 'preflight-baseline',
    schemaVersion: baselineVersion,
    id: randomUUID(),
    createdAt: new Date().toISOString(),
    tool,
    target: report.target,
    profile: report.profile!,
    device: report.device.used,
    gpus: usableGpuNames(report.machine.gpus),
    reports: given.map(({ report: { id, createdAt, machine } }) => ({
      id,
      createdAt,
      hostname: machine.host.hostname,
    })),
    points,
    checks: checksOf(given.map((one) => one.report)),
    verdict: given
      .map((one) => one.report.verdict.status)
      .toSorted((a, b) => verdictOrder.indexOf(b) - verdictOrder.indexOf(a))[0]!,
    leftOut,
  };
}

/** Why a report says nothing of a good machine; undefined where it does. */
function unfit(report: Report): string | undefined {
  const { integrity, state, profile, judgedGpu, probes, machine, device } = report;
  if (integrity === 'edited') return 'it was edited since Preflight wrote it';
  if (state !== 'complete') return `its run was ${state === 'cancelled' ? 'cancelled' : 'not finished'}`;
  if (profile === null || device.used === 'none') return 'it is a plan, and nothing was measured for it';
  if (judgedGpu !== null) return `its verdict is about another GPU (${judgedGpu.name}, by --gpu)`;
  const failed = probes.find(({ status }) => status !== 'ok');
  if (failed !== undefined)
    return `its probe of ${sizedPointName(failed.point)} ended as ${failed.status} (${failed.cause})`;
  const check = machine.checks.find(({ id, status }) => status === 'fail' && isJudged(id, device.used));
  if (check !== undefined) return `its check ${check.id} failed (${check.text})`;
  return undefined;
}

/** What tells it from the first, where that is more than the machine itself. */
function differs(first: NamedReport, { report }: NamedReport): string | undefined {
  const subject = ({ target, profile, device, machine, tool: { version } }: Report) => ({
    target,
    profile,
    device: device.used,
    gpus: countNames(usableGpuNames(machine.gpus)),
    preflight: version,
  });
  const differences = leafDifferences(subject(report), subject(first.report));
  if (differences.length === 0) return undefined;
  return `it differs from ${first.name} in ${differences.slice(0, 3).join('; ')}`;
}

function pointsOf(reports: readonly Report[]): Pick<Baseline, 'points' | 'leftOut'> {
  const measured = reports.map(({ probes }) => measuredByPoint(probes));
  const names = new Map(reports.flatMap(({ probes }) => probes.map(({ point }) => [pointKey(point), point])));
  const points: BaselinePoint[] = [];
  const leftOut: string[] = [];
  for (const [key, point] of names) {
    const probes = measured.flatMap((found) => found.get(key) ?? []);
    if (probes.length === reports.length) points.push(pointOf(probes));
    else leftOut.push(`${sizedPointName(point)}: measured in ${probes.length} of ${reports.length} reports`);
  }
  return { points, leftOut };
}

function pointOf(probes: readonly Probe[]): BaselinePoint {
  const { point, provider } = probes[0]!;
  const kinds = memoryKindSchema.options.map((kind) => ({ kind, figure: memoryFigure(probes, kind) }));
  const memory = kinds.find(({ figure }) => !isUnavailable(figure));
  return {
    point,
    provider,
    tokensPerSecond: figureOf(probes.map(throughputOf), 'not every report timed it', samplesSpread(probes)),
    memory:
      memory === undefined
        ? unavailable('no kind of memory was read in every report')
        : { kind: memory.kind, ...(memory.figure as BaselineFigure) },
  };
}

const memoryFigure = (probes: readonly Probe[], kind: MemoryKind) =>
  figureOf(
    probes.map((probe) => memoryOf(probe, kind)),
    'not read in every report',
    unavailable('a probe has one figure of its memory, and this is one report'),
  );

/** @param ofOne the spread to give where there is one report */
function figureOf(
  values: readonly (number | undefined)[],
  missing: string,
  ofOne: Reading<number>,
): Reading<BaselineFigure> {
  const found = values.filter((value) => value !== undefined);
  if (found.length < values.length) return unavailable(missing);
  return { median: median(found), values: found, spread: found.length > 1 ? spreadOf(found) : ofOne };
}

function samplesSpread([only]: readonly Probe[]): Reading<number> {
  const samples = known(only!.time)?.samples.filter((seconds) => seconds > 0) ?? [];
  return samples.length > 1 ? spreadOf(samples) : unavailable('one report with a single sample');
}

function checksOf(reports: readonly Report[]): Baseline['checks'] {
  const worst = new Map<string, Baseline['checks'][number]>();
  for (const { machine, device } of reports) {
    for (const { id, status } of machine.checks) {
      if (!isJudged(id, device.used)) continue;
      const before = worst.get(id);
      if (before === undefined || byLeniency(before.status, status) < 0) worst.set(id, { id, status });
    }
  }
  return [...worst.values()];
}
