import type { Baseline } from '../../contract/baseline.js';
import { isUnavailable } from '../../contract/evidence.js';
import { formatPercent } from '../../contract/format.js';
import { sizedPointName } from '../../contract/point-key.js';
import type { JudgedMachine, Qualification } from '../../contract/qualification.js';
import { tool } from '../../contract/tool.js';
import { UsageError } from '../../contract/usage-error.js';
import { type Judged, qualify } from './qualify.js';
import { repeatsOf } from './repeats.js';

/** A report to judge, the name by which a message speaks of it, and how it compares with earlier ones (`trendOf`). */
export interface Candidate {
  name: string;
  report: Judged;
  trend: JudgedMachine['trend'];
}

/**
 * Judges some reports, each alone, and says how far they lie apart.
 *
 * @param tolerance share, e.g. 0.05
 * @throws UsageError where one is of another run than the baseline, or given twice: it would lie no way apart from itself
 */
export function qualification(
  candidates: readonly Candidate[],
  baseline: Baseline,
  tolerance: number,
): Qualification {
  const ids = candidates.map(({ report }) => report.id);
  const again = candidates.find((_, index) => ids.indexOf(ids[index]!) < index);
  if (again !== undefined) throw new UsageError(`${again.name} holds a report that is given twice`);
  const machines = candidates.map(({ name, report, trend }) => ({
    ...qualify(report, baseline, tolerance, name),
    trend,
  }));
  return {
    kind: 'preflight-qualification',
    schemaVersion: 1,
    createdAt: new Date().toISOString(),
    tool,
    baseline: { id: baseline.id, createdAt: baseline.createdAt, reports: baseline.reports.length },
    tolerance,
    qualified: machines.every(({ qualified }) => qualified),
    machines,
    repeats: repeatsOf(
      candidates.map(({ report }) => report),
      baseline,
    ),
    notes: notesOf(baseline, tolerance),
  };
}

/** What a reader of the rules has to know of the baseline: above all where its own spread is wider than the tolerance. */
export function notesOf(baseline: Baseline, tolerance: number): string[] {
  const wide = baseline.points.flatMap(({ point, tokensPerSecond, memory }) =>
    ([tokensPerSecond, memory] as const).flatMap((figure, index) => {
      if (isUnavailable(figure) || isUnavailable(figure.spread) || figure.spread <= tolerance) return [];
      return [
        {
          spread: figure.spread,
          what: `${index === 0 ? 'throughput' : 'memory'} of ${sizedPointName(point)}`,
        },
      ];
    }),
  );
  const widest = wide.toSorted((a, b) => b.spread - a.spread)[0];
  const { version } = baseline.tool;
  return [
    ...(baseline.reports.length === 1
      ? ['The baseline is one report: how far good machines lie apart is not known. Make it from several.']
      : []),
    ...(widest === undefined
      ? []
      : [
          `The baseline's own figures lie up to ${formatPercent(widest.spread)} from their median (${widest.what}${wide.length > 1 ? `, and ${wide.length - 1} more` : ''}), wider than the tolerance of ${percentOf(tolerance)}: a good machine may fail. Raise --tolerance, or find out what differs among the good ones.`,
        ]),
    ...(version === tool.version
      ? []
      : [
          `The baseline was made by Preflight ${version}, and this is ${tool.version}: make it again to be sure.`,
        ]),
  ];
}

/** `5 %`, `2.5 %`: as it was given. */
export const percentOf = (share: number) => `${Number((share * 100).toPrecision(6))} %`;
