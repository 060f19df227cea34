import { isUnavailable } from '../../../src-main/contract/evidence.js';
import type { Probe } from '../../../src-main/contract/probe.js';
import { fitLine } from '../../../src-main/predict/fit-line.js';
import type { ChartLine } from '../../charts/line-chart.js';
import { liveBytes } from '../../charts/probe-grid.js';
import type { Series } from '../../report/series.js';

/** Lines that are told apart at a glance. */
const mostLines = 5;

/** What one count of frames gave as the batch grew, and the law through it. */
export interface Law {
  frames: number;
  rows: { batch: number; bytes: number; tokensPerSecond: number }[];
  /** Live bytes at a batch, and tokens a second: from straight lines through memory and time; undefined of one batch alone. */
  bytesAt: ((batch: number) => number) | undefined;
  tokensPerSecondAt: ((batch: number) => number) | undefined;
}

/** Of the counts of frames with most batches measured, the longest videos first. */
export function lawsOf(series: Series): Law[] {
  return series.frames
    .map((frames) =>
      lawOf(
        frames,
        series.probes.filter((probe) => probe.point.frames === frames && isMeasured(probe)),
      ),
    )
    .filter(({ rows }) => rows.length > 0)
    .toSorted((a, b) => b.rows.length - a.rows.length || b.frames - a.frames)
    .slice(0, mostLines)
    .toSorted((a, b) => a.frames - b.frames);
}

function isMeasured({ status, evidence, memory, time }: Probe): boolean {
  return status === 'ok' && evidence === 'measured' && !isUnavailable(memory) && !isUnavailable(time);
}

function lawOf(frames: number, probes: Probe[]): Law {
  const rows = probes.map((probe) => ({
    batch: probe.point.batch,
    bytes: liveBytes(probe),
    tokensPerSecond: (probe.point.tokens * probe.point.batch) / secondsOf(probe),
  }));
  const memory = fitLine(probes.map((probe) => [probe.point.batch, liveBytes(probe)]));
  const time = fitLine(probes.map((probe) => [probe.point.batch, secondsOf(probe)]));
  const tokens = probes[0]?.point.tokens ?? 0;
  return {
    frames,
    rows,
    bytesAt: memory && ((batch) => memory.at0 + memory.slope * batch),
    tokensPerSecondAt: time && ((batch) => (tokens * batch) / (time.at0 + time.slope * batch)),
  };
}

const secondsOf = ({ time }: Probe) => (isUnavailable(time) ? Number.NaN : time.medianSeconds);

/** The law as a curve over the batches that were measured; without one, the dots alone. */
export function lineOf(
  law: Law,
  value: (row: Law['rows'][number]) => number,
  at: ((batch: number) => number) | undefined,
): ChartLine {
  const batches = law.rows.map(({ batch }) => batch);
  const [from, to] = [Math.min(...batches), Math.max(...batches)];
  const places = Array.from({ length: 41 }, (_, index) => from + ((to - from) * index) / 40);
  return {
    key: String(law.frames),
    dots: law.rows.map((row) => [row.batch, value(row)]),
    path: at === undefined ? [] : places.map((batch) => [batch, at(batch)]),
  };
}
