import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { Gpu } from '../../src-main/contract/machine.js';
import { ChecksList } from '../../src-renderer/machine/checks-list.js';
import { DisagreementsTable } from '../../src-renderer/machine/disagreements-table.js';
import { GpuCard } from '../../src-renderer/machine/gpu-card.js';
import { GpuMemoryTable } from '../../src-renderer/machine/gpu-memory-table.js';
import { GpuStateTable } from '../../src-renderer/machine/gpu-state-table.js';
import { RatesTable } from '../../src-renderer/machine/rates-table.js';
import { UnreadList } from '../../src-renderer/machine/unread-list.js';
import { unreadOfGpus } from '../../src-renderer/report/machine-words.js';
import { payload } from '../fixtures/hostile-report.js';
import { cutDetail, h100, instance } from '../fixtures/sample-gpus.js';
import { illH100Machine, laptopMachine, notSupportedMachine } from '../fixtures/sample-machines.js';
import { rowsOf, textOf, widthsOf } from './markup.js';

const GiB = 2 ** 30;
const ill = illH100Machine();

describe('memory of GPUs', () => {
  const html = renderToStaticMarkup(<GpuMemoryTable gpus={ill.gpus} />);

  it('has a row for each, with who holds it, and the name of eight alike once', () => {
    expect(rowsOf(html)).toHaveLength(1 + 8);
    expect(html.match(/NVIDIA H100 80GB HBM3/g)).toHaveLength(1);
    // The fixture's bytes: 85520809984 in all, 577765376 kept, 42949672960 used.
    expect(rowsOf(html)[2]).toBe('1|39.1|40.0|0.5|79.6|/opt/conda/bin/python3.10 4242, 39.0 GiB');
    expect(rowsOf(html)[1]).toMatch(/\|nobody$/);
  });

  it('says of memory that no process holds that none is listed, and not that nobody has it', () => {
    expect(rowsOf(html)[7]).toMatch(/^6\|77\.6\|1\.5\|.*\|no process is listed$/);
  });

  it('draws used and kept in proportion to the largest GPU', () => {
    const small = h100(1, undefined, {
      memory: { totalBytes: 40 * GiB, freeBytes: 10 * GiB, usedBytes: 29 * GiB },
    });
    const large = h100(0, undefined, {
      memory: { totalBytes: 80 * GiB, freeBytes: 80 * GiB, usedBytes: 0 },
    });
    const drawn = renderToStaticMarkup(<GpuMemoryTable gpus={[large, small]} />);
    expect(widthsOf(drawn, 'track')).toEqual([100, 50]);
    const [used] = widthsOf(drawn, 'segment used');
    const [kept] = widthsOf(drawn, 'segment kept');
    expect(used! + kept!).toBeCloseTo((30 / 80) * 100, 2);
    expect(kept).toBeCloseTo((0.55 / 80) * 100, 1);
  });

  it('has a row for each instance that MIG cut, and marks the one that a run gets', () => {
    const gpu = h100(0, cutDetail([instance('3g.40gb', 39, 1), instance('1g.10gb', 9, 8)]));
    const rows = rowsOf(renderToStaticMarkup(<GpuMemoryTable gpus={[gpu, h100(1)]} />));
    expect(rows[2]).toBe('3g.40gb MIG instance|1.0|38.0|–|39.0|');
    expect(rows[3]).toBe('1g.10gb MIG instance; a run gets this one|8.0|1.0|–|9.0|');
  });

  it('shows a dash and never 0 for what was not read, and draws no bar of it', () => {
    const rows = rowsOf(renderToStaticMarkup(<GpuMemoryTable gpus={notSupportedMachine().gpus} />));
    expect(rows[1]).toBe('0 GRID A100-10C|–|–|–|–|–');
    expect(textOf(renderToStaticMarkup(<GpuMemoryTable gpus={notSupportedMachine().gpus} />))).toContain(
      'NVIDIA GPU 2 cannot run Open-Sora',
    );
  });
});

describe('how GPUs fare', () => {
  it('has the columns that some driver fills, and a row for each GPU', () => {
    const rows = rowsOf(renderToStaticMarkup(<GpuStateTable gpus={ill.gpus} />));
    expect(rows[0]).toBe('GPU|SM MHz|watts|°C|PCIe|NVLink|ECC errors|State|Busy|Held down by');
    expect(rows[2]).toBe(
      '1|1,410 of 1,980|698 of 700|84 of 90|gen 5 ×16|18 of 18|none|P0|97 %|software power cap, software thermal slowdown',
    );
    expect(rows[4]).toContain('gen 4 ×8|18 of 18|1|');
  });

  it('is nothing where no driver says anything', () => {
    expect(renderToStaticMarkup(<GpuStateTable gpus={notSupportedMachine().gpus} />)).toBe('');
  });

  it('groups what was not read by its reason, and by the GPUs that lack it', () => {
    const lines = unreadOfGpus(notSupportedMachine().gpus);
    const html = textOf(renderToStaticMarkup(<UnreadList title="Not read" lines={lines} />));
    expect(html.match(/NVML_ERROR_NOT_SUPPORTED/g)).toHaveLength(1);
    expect(html).toMatch(/NVML_ERROR_NOT_SUPPORTED\|GPU 0, 1: SM MHz, watts, .*; GPU 0: Kept by the driver/);
    expect(lines.length).toBeLessThan(6);
  });
});

it('shows one GPU in full, without what is not known of it', () => {
  const text = textOf(renderToStaticMarkup(<GpuCard gpu={laptopMachine().gpus[0]!} />));
  expect(text).toContain('GPU 0: NVIDIA GeForce RTX 4070 Laptop GPU');
  expect(text).toContain('6.74 GiB free of 8.00 GiB, 1.00 GiB used, 0.254 GiB kept by the driver');
  expect(text).toContain('|°C|87 of 102|');
  expect(text).toContain('|Compute mode|exclusive-process|');
  expect(text).not.toContain('|MIG|');
});

describe('checks', () => {
  const text = textOf(renderToStaticMarkup(<ChecksList checks={ill.checks} />));

  it('stand with the failing ones first, each with its id and what to do', () => {
    const words = [...text.matchAll(/\|(fail|look|not tested|pass)\|/g)].map(([, word]) => word!);
    const order = ['fail', 'look', 'not tested', 'pass'];
    expect(words.length).toBeGreaterThan(20);
    expect(words).toEqual(words.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)));
    expect(words[0]).toBe('fail');
    expect(text).toMatch(/\|fail\|GPU 3: 1 uncorrected and 12 corrected ECC errors[^|]*\|gpu-ecc\|End what/);
  });

  it('that were not tested for one reason are one, with every id', () => {
    const unread = textOf(renderToStaticMarkup(<ChecksList checks={notSupportedMachine().checks} />));
    expect(unread).toMatch(/\|gpu-throttle, gpu-temperature, .*gpu-confidential\|/);
    const ids = notSupportedMachine().checks.map(({ id }) => id);
    for (const id of ids) expect(unread).toContain(id);
  });
});

it('gives rates beside what is achieved and who achieved it, and what was not measured by reason', () => {
  const html = renderToStaticMarkup(<RatesTable rates={ill.rates} />);
  const rows = rowsOf(html);
  expect(rows[3]).toMatch(
    /^Host to device, pinned\|13\.6 GB\/s \(GPU 3\)\|54\.9 GB\/s \(GPU 7\)\|55\.0 GB\/s\|25 %\|PCIe 5/,
  );
  expect(rows[2]).toContain('|not known|–|it depends on the host');
  expect(textOf(html)).toMatch(/it is busy[^|]*\|Device memory, read and written \(GPU 1, 2\); /);
});

it('names each source that disagrees and what it says', () => {
  const rows = rowsOf(renderToStaticMarkup(<DisagreementsTable disagreements={ill.disagreements} />));
  expect(rows[1]).toMatch(/^which NVIDIA GPUs there are\|NVML\|8 \(/);
  expect(rows[2]).toMatch(/^the PCI bus\|7 \(/);
});

it('keeps what a device calls itself as text', () => {
  const named = (gpu: Gpu): Gpu => ({
    ...gpu,
    name: payload,
    processes: [{ pid: 1, name: payload, usedBytes: GiB }],
  });
  const cut = named(h100(0, cutDetail([{ ...instance('1g.10gb', 9, 8), name: payload, uuid: payload }])));
  const html = [
    renderToStaticMarkup(<GpuMemoryTable gpus={[cut, named(h100(1))]} />),
    renderToStaticMarkup(<GpuCard gpu={cut} />),
  ].join();
  expect(html).toContain('&lt;script&gt;');
  expect(html).not.toMatch(/<(script|img)|<svg\/|<[^>]*payload|aria-label="[^"]*script/);
});
