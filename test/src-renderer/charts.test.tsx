import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { known } from '../../src-main/contract/evidence.js';
import type { Prediction } from '../../src-main/contract/report.js';
import { MemoryBar } from '../../src-renderer/charts/memory-bar.js';
import { operatorValues } from '../../src-renderer/charts/operator-table.js';
import { ProbeGrid } from '../../src-renderer/charts/probe-grid.js';
import { RangeBar, wholeOf } from '../../src-renderer/charts/range-bar.js';
import { StackedBar } from '../../src-renderer/charts/stacked-bar.js';
import { StepsLine, stepsRange } from '../../src-renderer/charts/steps-line.js';
import { failuresOf, profiledProbe, seriesOf } from '../../src-renderer/report/series.js';
import { probe } from '../fixtures/probes.js';
import { goWithChangesReport, noGoReport } from '../fixtures/reports.js';
import { widthsOf } from './markup.js';

const report = goWithChangesReport();
const prediction = known(report.prediction) as Prediction;

function memoryBar(freeBytes: number | null): string {
  return renderToStaticMarkup(
    <MemoryBar
      parts={prediction.parts}
      freeBytes={freeBytes}
      reserveBytes={2 ** 30}
      interval={prediction.interval.peakBytes}
    />,
  );
}

describe('the memory bar', () => {
  it('lays the parts end to end in proportion, within free memory', () => {
    const drawn = widthsOf(memoryBar(80 * 2 ** 30), 'segment');
    expect(drawn).toHaveLength(prediction.parts.length);
    for (const [index, part] of prediction.parts.entries()) {
      expect(drawn[index]).toBeCloseTo((part.bytes / (80 * 2 ** 30 * 1.01)) * 100, 2);
    }
  });

  it('stays within its frame where the peak is far beyond what is free', () => {
    const svg = memoryBar(24 * 2 ** 30);
    expect(widthsOf(svg, 'segment').reduce((sum, width) => sum + width, 0)).toBeLessThan(100);
    expect(svg).toContain('24.0 GiB free, 1.00 kept back');
  });

  it('draws no limit where no device is judged, and says so', () => {
    const svg = memoryBar(null);
    expect(svg).not.toContain('class="limit"');
    expect(svg).toContain('no device to hold it against');
  });
});

describe('the bar of operator classes', () => {
  it('leaves out what took no time and fills its width', () => {
    const svg = renderToStaticMarkup(
      <StackedBar values={operatorValues({ matmul: 3, attention: 1, norm: 0 })} label="time" />,
    );
    expect(widthsOf(svg, 'segment')).toEqual([75, 25]);
  });
});

describe('the line of steps', () => {
  const drawn = (...all: number[][]) =>
    all.map((steps) => {
      const line = <StepsLine steps={steps} range={stepsRange(all)} label="steps" />;
      const path = /d="([^"]*)"/.exec(renderToStaticMarkup(line))?.[1] ?? '';
      return [...path.matchAll(/[ML,]([\d.-]+),([\d.-]+)/g)].map(([, , y]) => Number(y));
    });

  it('goes up with the seconds, at one scale for lines that are read together', () => {
    const [cool, hot] = drawn([10, 10.1], [11, 12]);
    expect(cool![0]).toBeGreaterThan(cool![1]!);
    expect(cool![1]).toBeGreaterThan(hot![0]!);
    expect([cool![0], hot![1]]).toEqual([21, 3]);
  });

  it('draws noise as noise, and steps that took no time', () => {
    const [noise] = drawn([10, 10.01, 10]);
    expect(Math.max(...noise!) - Math.min(...noise!)).toBeLessThan(1);
    expect(drawn([0, 0])).toEqual([[12, 12]]);
    expect(drawn([1])).toEqual([[]]);
  });
});

describe('the bars by phase', () => {
  const ranges: [number, number][] = [
    [30, 40],
    [50, 90],
  ];

  it('share one width, in which the longest interval and the limit have room', () => {
    expect(wholeOf(ranges, 80)).toBeCloseTo(90 * 1.01);
    expect(wholeOf(ranges, 120)).toBeCloseTo(120 * 1.01);
    expect(wholeOf(ranges, null)).toBeCloseTo(90 * 1.01);
  });

  it('draw the parts, the limit and the interval at their places, and no letter for one part alone', () => {
    const svg = renderToStaticMarkup(
      <RangeBar values={[20, 0, 50]} range={[60, 90]} limit={80} whole={100} label="backward" />,
    );
    expect(widthsOf(svg, 'segment')).toEqual([20, 50]);
    expect(svg).toContain('<line class="limit" x1="80%" x2="80%"');
    expect(svg).toContain('<line x1="60%" x2="90%"');
    expect([...svg.matchAll(/class="letter"[^>]*>(.)</g)].map(([, letter]) => letter)).toEqual(['A', 'C']);
    const alone = renderToStaticMarkup(
      <RangeBar values={[20]} range={[18, 22]} limit={null} whole={100} label="backward" />,
    );
    expect(alone).not.toMatch(/class="(letter|limit)"/);
  });
});

describe('series of probes', () => {
  const series = seriesOf(report.probes);

  it('are one for each block, sorted, whatever the order in which the probes ended', () => {
    expect(series.map(({ name }) => name)).toEqual(['Double-stream block', 'Single-stream block']);
    const [double] = series;
    expect(double?.batches).toEqual([1, 2, 3, 4, 6]);
    const reversed = seriesOf(report.probes.toReversed()).find(({ name }) => name === double?.name);
    expect(reversed?.probes.map((each) => each.point)).toEqual(double?.probes.map((each) => each.point));
  });

  it('draw equal failures together', () => {
    const failures = failuresOf(series);
    expect(failures.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'Double-stream block out-of-memory',
      'Double-stream block crashed',
      'Single-stream block out-of-memory',
    ]);
    expect(failures[0]?.shapes).toEqual([
      { batch: 3, frames: [97, 129] },
      { batch: 4, frames: [97, 129] },
    ]);
  });

  it('take the profiled probe with the most work', () => {
    expect(profiledProbe(series[0]!)?.point).toMatchObject({ batch: 4, frames: 65 });
    const failed = probe({ block: 'double', batch: 1, frames: 1 }, { status: 'crashed', cause: 'x' });
    expect(profiledProbe(seriesOf([failed])[0]!)).toBeUndefined();
  });
});

describe('the grid', () => {
  it('is a table with a word in every cell: a figure, how it failed, or that it was not tried', () => {
    const html = renderToStaticMarkup(
      <ProbeGrid series={seriesOf(report.probes)[0]!} target={report.target} />,
    );
    expect(html.match(/<td class="cell[^"]*"/g)).toHaveLength(25);
    expect(html).toContain('<th scope="row">batch 6</th>');
    expect(html.match(/not tried/g)).toHaveLength(3);
    expect(html.match(/>OOM</g)).toHaveLength(3);
    expect(html.match(/wanted-word">target</g)).toHaveLength(1);
    expect(html).toContain('<b>3.50</b><small>98.5 ms</small>');
  });

  it('marks what was not measured', () => {
    const modelled = probe({ block: 'double', batch: 4, frames: 129 }, { evidence: 'modelled' });
    const html = renderToStaticMarkup(
      <ProbeGrid series={seriesOf([modelled])[0]!} target={noGoReport().target} />,
    );
    expect(html).toContain('inferred');
    expect(html).toContain('<small>modelled</small>');
  });
});
