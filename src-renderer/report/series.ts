import { isUnavailable } from '../../src-main/contract/evidence.js';
import type { Point, Probe, ProbeStatus } from '../../src-main/contract/probe.js';
import type { Target } from '../../src-main/contract/target.js';

/** Probes that differ in batch and frames alone, and so can be read as one grid. */
export interface Series {
  key: string;
  /** `Spatial block`, and what was done with it. */
  name: string;
  detail: string;
  batches: number[];
  frames: number[];
  probes: Probe[];
  /** Of each place the last probe. */
  cells: ReadonlyMap<string, Probe>;
}

const blockNames: Record<Point['block'], string> = {
  spatiotemporal: 'Spatiotemporal block',
  spatial: 'Spatial block',
  temporal: 'Temporal block',
  double: 'Double-stream block',
  single: 'Single-stream block',
};

export function blockName(block: Point['block']): string {
  return blockNames[block];
}

/** Series in the order in which they first occur. */
export function seriesOf(probes: readonly Probe[]): Series[] {
  const groups = new Map<string, Probe[]>();
  for (const probe of probes) {
    const { block, task, dtype, resolution, depth, checkpoint, optimizer } = probe.point;
    const key = [block, task, dtype, resolution, depth, checkpoint, optimizer].join('/');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [probe]);
    else group.push(probe);
  }
  return [...groups].map(([key, group]) => ({
    key,
    name: blockName(group[0]!.point.block),
    detail: pointDetail(group[0]!.point),
    batches: ascending(group.map((probe) => probe.point.batch)),
    frames: ascending(group.map((probe) => probe.point.frames)),
    probes: group.toSorted((a, b) => a.point.batch - b.point.batch || a.point.frames - b.point.frames),
    cells: new Map(group.map((probe) => [place(probe.point.batch, probe.point.frames), probe])),
  }));
}

/** What was run, e.g. `144p, fp32, forward, backward and AdamW`. */
function pointDetail(point: Point): string {
  const work =
    point.task === 'infer'
      ? 'forward'
      : point.optimizer
        ? 'forward, backward and AdamW'
        : 'forward and backward';
  return [
    point.resolution,
    point.dtype,
    work,
    ...(point.depth > 1 ? [`${point.depth} blocks deep`] : []),
    ...(point.checkpoint ? ['activation checkpointing'] : []),
  ].join(', ');
}

/** The probe at one cell of a grid; of several the last. */
export function cellOf(series: Series, batch: number, frames: number): Probe | undefined {
  return series.cells.get(place(batch, frames));
}

const place = (batch: number, frames: number) => `${batch} ${frames}`;

/** Whether a cell is one of the shapes that the user's run has. */
export function isTargetShape(target: Target, series: Series, batch: number, frames: number): boolean {
  const { resolution } = series.probes[0]!.point;
  return target.buckets.some(
    (bucket) => bucket.resolution === resolution && bucket.batch === batch && bucket.frames === frames,
  );
}

/** Probes of one series that ended alike, for the same cause. */
export interface Failure {
  key: string;
  block: Point['block'];
  name: string;
  detail: string;
  status: ProbeStatus;
  cause: string;
  shapes: { batch: number; frames: number[] }[];
}

/** What did not end well, with equal ends drawn together. */
export function failuresOf(series: readonly Series[]): Failure[] {
  const failures = new Map<string, Failure>();
  for (const { key: seriesKey, name, detail, probes } of series) {
    for (const { status, cause, point } of probes) {
      if (status === 'ok') continue;
      const key = JSON.stringify([seriesKey, status, cause]);
      const failure = failures.get(key) ?? {
        key,
        block: point.block,
        name,
        detail,
        status,
        cause,
        shapes: [],
      };
      failures.set(key, failure);
      const shape = failure.shapes.find(({ batch }) => batch === point.batch);
      if (shape) shape.frames.push(point.frames);
      else failure.shapes.push({ batch: point.batch, frames: [point.frames] });
    }
  }
  return [...failures.values()];
}

/** The probe with the most work whose run was profiled: where its time went stands for the series. */
export function profiledProbe(series: Series): Probe | undefined {
  return series.probes
    .filter(
      (probe) => !isUnavailable(probe.time) && Object.keys(probe.time.secondsByOperatorClass).length > 0,
    )
    .sort((a, b) => b.point.tokens * b.point.batch - a.point.tokens * a.point.batch)[0];
}

function ascending(values: number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
