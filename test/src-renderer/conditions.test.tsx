import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { Probe } from '../../src-main/contract/probe.js';
import { ProbeGrid } from '../../src-renderer/charts/probe-grid.js';
import { conditionsBrief, slowedBy, slowedLine } from '../../src-renderer/report/condition-words.js';
import { ProbesSection } from '../../src-renderer/report/probes-section.js';
import { seriesOf } from '../../src-renderer/report/series.js';
import { dryRunReport } from '../fixtures/dry-run-reports.js';
import { probe } from '../fixtures/probes.js';
import { goWithChangesReport } from '../fixtures/reports.js';
import { rowsOf, textOf } from './markup.js';

const missing = { unavailable: 'nvmlDeviceGetPowerUsage: NVML_ERROR_NOT_SUPPORTED' };
const conditions = {
  powerWatts: 512.3,
  smMHz: 1410,
  gpuCelsius: 84,
  throttleReasons: ['software power cap', 'hardware thermal slowdown'],
  pcieGeneration: 4,
};
const measured = (given: Partial<typeof conditions> | Record<string, unknown>): Probe =>
  probe({ block: 'single', batch: 2, frames: 33 }, { conditions: { ...conditions, ...given } as never });
const slow = measured({});

describe('what held a GPU down while a probe was timed', () => {
  it('leaves out its own power limit, which full load meets', () => {
    expect(slowedBy(slow)).toEqual(['hardware thermal slowdown']);
    expect(slowedBy(measured({ throttleReasons: ['software power cap'] }))).toEqual([]);
    expect(slowedBy(measured({ throttleReasons: missing }))).toEqual([]);
    expect(slowedBy({ ...slow, conditions: missing })).toEqual([]);
  });

  it('is told with the figures that were read', () => {
    expect(slowedLine(slow)).toBe('batch 2, 33 frames: hardware thermal slowdown (512 W, 1,410 MHz, 84 °C)');
    const some = measured({ powerWatts: missing });
    expect(slowedLine(some)).toBe('batch 2, 33 frames: hardware thermal slowdown (1,410 MHz, 84 °C)');
    expect(conditionsBrief(slow)).toBe('512 W 84 °C');
    expect(conditionsBrief(some)).toBe('84 °C');
    expect(conditionsBrief({ ...slow, conditions: missing })).toBe('');
  });
});

describe('the table of probes', () => {
  const table = (probes: Probe[]) => renderToStaticMarkup(<ProbesSection series={seriesOf(probes)} />);

  it('has the conditions beside each, marks what was held down, and says by number what was not read', () => {
    const html = table([slow, measured({ powerWatts: missing, throttleReasons: [] })]);
    const rows = rowsOf(html);
    expect(rows[1]).toMatch(/\|TFLOP\/s\|W\|SM MHz\|°C\|PCIe gen\|held down by$/);
    expect(rows.at(-2)).toMatch(/\|512\|1,410\|84\|4\|software power cap, hardware thermal slowdown$/);
    expect(rows.at(-1)).toMatch(/\|–1\|1,410\|84\|4\|nothing$/);
    expect(html.match(/class="reason status look"/g)).toHaveLength(1);
    expect(textOf(html)).toContain('nvmlDeviceGetPowerUsage: NVML_ERROR_NOT_SUPPORTED');
  });

  it('has no such columns where no probe was sampled', () => {
    const html = table(dryRunReport().probes);
    expect(html).not.toContain('SM MHz');
    expect(textOf(html)).toContain('No node of a probe ran on another provider');
  });

  it('names nodes off the provider where there are some', () => {
    const html = table([slow, { ...slow, nodesOffProvider: ['Scan (CPU) × 2'] }]);
    expect(rowsOf(html)[1]).toMatch(/\|off provider$/);
    expect(rowsOf(html).at(-1)).toMatch(/\|Scan \(CPU\) × 2$/);
  });
});

it('marks a time in the grid for which the GPU was held down, and says the cause below', () => {
  const { target } = goWithChangesReport();
  const html = renderToStaticMarkup(<ProbeGrid series={seriesOf([slow])[0]!} target={target} />);
  expect(html).toMatch(/<small><span class="status look"><svg/);
  expect(textOf(html)).toContain('|held down|while timed: batch 2, 33 frames: hardware thermal slowdown');
  const calm = seriesOf([measured({ throttleReasons: [] })])[0]!;
  expect(renderToStaticMarkup(<ProbeGrid series={calm} target={target} />)).not.toContain('held down');
});
