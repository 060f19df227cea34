import { expect, it } from 'vitest';
import { gridLines } from '../../../src-main/report/terminal-grid.js';
import { renderProbe } from '../../../src-main/report/terminal-probe.js';
import { painter } from '../../../src-main/report/terminal-style.js';
import { cellsOf } from '../../../src-main/report/text-layout.js';
import { dryRunReport } from '../../fixtures/dry-run-reports.js';
import { payload } from '../../fixtures/hostile-report.js';
import { probe } from '../../fixtures/probes.js';
import { goWithChangesReport } from '../../fixtures/reports.js';

const plain = painter(false);

it('says in the grid how the GPU fared at each time, and below it what held it down', () => {
  const lines = gridLines(goWithChangesReport(), plain, 80);
  const single = lines.findIndex((line) => line.startsWith('Single-stream'));
  const row = lines.findIndex((line, at) => at > single && line.startsWith('batch 4'));
  // The third of the row is the one that the fixture has held down.
  expect(lines[row + 1]).toMatch(/ 23\.8 ms +▲ 41\.1 ms$|23\.8 ms +▲ 41\.1 ms /);
  expect(lines[row + 2]).toMatch(/512 W 84 °C/);
  expect(lines.join('\n').replace(/\n +/g, ' ')).toContain(
    '▲ held down while timed: batch 4, 65 frames: software thermal slowdown (512 W, 1,410 MHz, 84 °C)',
  );
  expect(lines.filter((line) => cellsOf(line) > 80)).toEqual([]);
});

it('has no line for conditions where none were sampled', () => {
  expect(gridLines(dryRunReport(), plain, 80).join('\n')).not.toMatch(/°C|held down/);
});

it('has a place in a cell for the hottest and hungriest GPU', () => {
  const conditions = {
    powerWatts: 1200,
    smMHz: 1980,
    gpuCelsius: 104,
    throttleReasons: [],
    pcieGeneration: 5,
  };
  const hot = probe({ block: 'double', batch: 1, frames: 1 }, { conditions });
  expect(gridLines({ ...goWithChangesReport(), probes: [hot] }, plain, 80).join('\n')).toContain(
    '1,200 W 104 °C',
  );
});

it('gives each condition in what measure prints, with the reason where one was not read', () => {
  const slow = goWithChangesReport().probes.find(
    ({ conditions }) => 'gpuCelsius' in conditions && conditions.gpuCelsius === 84,
  )!;
  const text = renderProbe(slow);
  expect(text).toMatch(/^ {2}power +512 W$/m);
  expect(text).toMatch(/^ {2}SM clock +1,410 MHz$/m);
  expect(text).toMatch(/^ {2}temperature +84 °C$/m);
  expect(text).toMatch(/^ {2}PCIe generation +unavailable: nvmlDeviceGetCurrPcieLinkGeneration/m);
  expect(text).toMatch(/^ {2}held down by +software power cap, software thermal slowdown$/m);
  expect(renderProbe({ ...slow, conditions: { unavailable: 'not sampled' } })).toMatch(
    /^ {2}GPU while timed +unavailable: not sampled$/m,
  );
});

it('keeps what a driver says of its conditions as text', () => {
  const hostile = probe(
    { block: 'double', batch: 1, frames: 1 },
    {
      conditions: {
        powerWatts: 1,
        smMHz: 1,
        gpuCelsius: 1,
        throttleReasons: [payload],
        pcieGeneration: { unavailable: payload },
      },
    },
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not be there
  expect(renderProbe(hostile)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
});
