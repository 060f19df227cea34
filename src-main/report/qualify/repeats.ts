import type { Baseline, MemoryKind } from '../../contract/baseline.js';
import { known } from '../../contract/evidence.js';
import { pointKey } from '../../contract/point-key.js';
import type { Probe } from '../../contract/probe.js';
import type { Repeat } from '../../contract/qualification.js';
import { median } from '../../probe/statistics.js';
import { measuredByPoint, memoryOf, spreadOf, throughputOf } from './figures.js';

/** How far the reports that are judged lie apart, point by point; empty of one report. */
export function repeatsOf(reports: readonly { probes: readonly Probe[] }[], baseline: Baseline): Repeat[] {
  const measured = reports.map(({ probes }) => measuredByPoint(probes));
  return baseline.points.flatMap(({ point, memory }) => {
    const probes = measured.flatMap((found) => found.get(pointKey(point)) ?? []);
    const kind: MemoryKind = known(memory)?.kind ?? 'live';
    return [
      ...repeat(point, 'throughput', probes.map(throughputOf)),
      ...repeat(
        point,
        'memory',
        probes.map((probe) => memoryOf(probe, kind)),
      ),
    ];
  });
}

function repeat(
  point: Probe['point'],
  metric: Repeat['metric'],
  given: readonly (number | undefined)[],
): Repeat[] {
  const values = given.filter((value) => value !== undefined);
  if (values.length < 2) return [];
  return [{ point, metric, values, median: median(values), spread: spreadOf(values) }];
}
