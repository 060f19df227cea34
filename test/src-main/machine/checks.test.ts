import { describe, expect, it } from 'vitest';
import type { Check, Disagreement, Gpu, GpuDetail, Host } from '../../../src-main/contract/machine.js';
import { machineChecks } from '../../../src-main/machine/checks.js';
import { h100, healthyDetail, instance, nvlinks } from '../../fixtures/sample-gpus.js';
import { cpuMachine, h100Machine } from '../../fixtures/sample-machines.js';

const gibi = 2 ** 30;
const missing = { unavailable: 'NVML_ERROR_NOT_SUPPORTED' };

function checked(
  gpus: Gpu[],
  memory: Partial<Host['memory']> = {},
  disagreements: Disagreement[] = [],
): Check[] {
  const host = h100Machine().host;
  return machineChecks({
    gpus,
    host: { ...host, memory: { ...host.memory, ...memory } },
    nvmlReason: '',
    cudaDoubt: '',
    containerNote: '',
    disagreements,
    uncompared: '',
    rates: [],
  });
}
const one = (checks: Check[], id: string) => checks.find((check) => check.id === id);
/** Two GPUs, the second of which is as given. */
const beside = (detail: Partial<GpuDetail>, more: Partial<Gpu> = {}) =>
  checked([h100(0), h100(1, healthyDetail(detail), more)]);

describe('checks of GPUs', () => {
  it('pass on healthy ones, but for what their driver does not know', () => {
    const open = checked([h100(0), h100(1)], { pinnedLimitBytes: 'unlimited' }).filter(
      ({ status }) => status !== 'pass',
    );
    expect(open.map(({ id, status }) => [id, status])).toEqual([
      ['gpu-retired-pages', 'not-tested'],
      ['rate-all', 'not-tested'],
    ]);
    expect(open[0]!.text).toBe('GPU 0, 1: not read: nvmlDeviceGetRetiredPages: NVML_ERROR_NOT_SUPPORTED');
  });

  const power = { drawWatts: 300, limitWatts: 700, defaultLimitWatts: 700 };
  const rows = { correctable: 1, uncorrectable: 2, pending: false, failed: false };
  const pcie = { generation: 5, width: 16, maxGeneration: 5, maxWidth: 16 };
  const busyLink = { pcie: { ...pcie, generation: 3 }, utilization: { gpuPercent: 90, memoryPercent: 0 } };
  it.each<[string, Partial<GpuDetail>, Check['status'], RegExp]>([
    [
      'gpu-throttle',
      { throttleReasons: ['hardware thermal slowdown'] },
      'look',
      /GPU 1: held down by hardware thermal/,
    ],
    ['gpu-throttle', { throttleReasons: ['software power cap'] }, 'pass', /at its own software power cap/],
    [
      'gpu-throttle',
      { throttleReasons: ['software power cap'], power: { ...power, limitWatts: 400 } },
      'look',
      /power cap/,
    ],
    ['gpu-throttle', { throttleReasons: missing }, 'not-tested', /NOT_SUPPORTED/],
    [
      'gpu-temperature',
      { temperatures: { gpuCelsius: 80, slowdownCelsius: 89, shutdownCelsius: 94 } },
      'look',
      /80 °C.*89 °C/,
    ],
    [
      'gpu-temperature',
      { temperatures: { gpuCelsius: 79, slowdownCelsius: 89, shutdownCelsius: 94 } },
      'pass',
      /79 °C/,
    ],
    [
      'gpu-power-limit',
      { power: { ...power, limitWatts: 450 } },
      'look',
      /GPU 1: power limit 450 W, by default 700 W/,
    ],
    ['gpu-power-limit', { power: { ...power, defaultLimitWatts: missing } }, 'not-tested', /GPU 1: not read/],
    [
      'gpu-ecc',
      { ecc: { enabled: true, corrected: 7, uncorrected: 3 } },
      'fail',
      /GPU 1: 3 uncorrected and 7 corrected/,
    ],
    [
      'gpu-ecc',
      { ecc: { enabled: true, corrected: 7, uncorrected: 0 } },
      'pass',
      /0 uncorrected and 7 corrected/,
    ],
    ['gpu-ecc', { ecc: { enabled: false, corrected: 0, uncorrected: 0 } }, 'not-tested', /ECC is off/],
    [
      'gpu-ecc',
      { ecc: { enabled: true, corrected: 0, uncorrected: missing } },
      'not-tested',
      /NOT_SUPPORTED/,
    ],
    ['gpu-retired-pages', { retiredPages: 1 }, 'look', /GPU 1: 1 retired page of memory; GPU 0: not read/],
    ['gpu-retired-pages', { retiredPages: 60 }, 'fail', /60 retired pages/],
    [
      'gpu-retired-pages',
      { retiredPages: 0, retiredPagesPending: true },
      'look',
      /0 retired pages of memory, and more wait for a reset/,
    ],
    [
      'gpu-remapped-rows',
      { remappedRows: rows },
      'pass',
      /2 rows remapped for uncorrectable and 1 for correctable/,
    ],
    ['gpu-remapped-rows', { remappedRows: { ...rows, pending: true } }, 'look', /waits for a reset/],
    [
      'gpu-remapped-rows',
      { remappedRows: { ...rows, pending: true, failed: true } },
      'fail',
      /a remapping failed/,
    ],
    ['pcie-width', { pcie: { ...pcie, width: 8 } }, 'look', /GPU 1: PCIe ×8 of ×16/],
    ['pcie-generation', { pcie: { ...pcie, generation: 1 } }, 'not-tested', /generation 1 of 5, at rest/],
    ['pcie-generation', busyLink, 'look', /generation 3 of 5, under load/],
    ['gpu-persistence', { persistence: false }, 'look', /GPU 1: persistence is off/],
    ['gpu-compute-mode', { computeMode: 'exclusive-process' }, 'look', /one process at a time/],
    ['gpu-compute-mode', { computeMode: 'prohibited' }, 'fail', /nothing may compute/],
    [
      'gpu-mig',
      { mig: { enabled: true, instances: missing } },
      'look',
      /MIG is on, and its instances were not read/,
    ],
    ['gpu-mig', { mig: { enabled: true, instances: [] } }, 'look', /CUDA finds no device there/],
    [
      'gpu-mig',
      { mig: { enabled: true, instances: [instance('3g.40gb', 39, 30), instance('1g.10gb', 9, 9)] } },
      'look',
      /MIG is on: 3g\.40gb \(30\.0 GiB free of 39\.0 GiB\), 1g\.10gb .*judged on the one with the most free/,
    ],
    [
      'gpu-free',
      { mig: { enabled: true, instances: [instance('1g.10gb', 9, 9), instance('3g.40gb', 40, 30)] } },
      'look',
      /GPU 1: 30\.0 GiB free of 40\.0 GiB, of its instance 3g\.40gb/,
    ],
    ['gpu-display', { displayAttached: true }, 'look', /GPU 1: a display/],
    ['gpu-virtual', { virtualization: 'vgpu' }, 'look', /virtual \(vgpu\)/],
    ['gpu-virtual', { virtualization: 'passthrough' }, 'pass', /whole/],
    ['gpu-confidential', { confidentialCompute: true }, 'look', /encrypted/],
    [
      'gpu-busy',
      { utilization: { gpuPercent: 60, memoryPercent: 2 } },
      'look',
      /60 % busy, by whom is not known/,
    ],
    ['nvlink', { nvlinks: nvlinks(18, 6) }, 'look', /GPU 1: 12 of 18 NVLinks active/],
    ['nvlink', { nvlinks: [] }, 'look', /no NVLink is seen on a card that is sold with it/],
    ['nvlink', { nvlinks: missing }, 'not-tested', /NOT_SUPPORTED/],
  ])('%s of %j: %s', (id, detail, status, text) => {
    const check = one(beside(detail), id)!;
    expect(check).toMatchObject({ status, text: expect.stringMatching(text) });
    expect(check.action !== '').toBe(status === 'look' || status === 'fail');
  });

  it('say of cards without NVLink that they have none, and nothing of a single GPU', () => {
    const card = { name: 'NVIDIA GeForce RTX 4090' };
    const detail = healthyDetail({ nvlinks: [] });
    expect(one(checked([h100(0, detail, card), h100(1, detail, card)]), 'nvlink')).toMatchObject({
      status: 'pass',
    });
    expect(one(checked([h100(0)]), 'nvlink')).toBeUndefined();
    expect(one(checked([h100(0)]), 'gpus-alike')).toBeUndefined();
  });

  it('tell different GPUs of one machine apart, by name and by memory', () => {
    const memory = { totalBytes: 40 * gibi, freeBytes: 40 * gibi, usedBytes: 0 };
    const smaller = checked([h100(0), h100(1), h100(2, healthyDetail(), { memory })]);
    expect(one(smaller, 'gpus-alike')).toMatchObject({
      status: 'look',
      text: 'Different GPUs. GPU 0, 1: NVIDIA H100 80GB HBM3, 80 GiB; GPU 2: NVIDIA H100 80GB HBM3, 40 GiB',
    });
  });

  it('hold free memory against all of it', () => {
    const memory = { totalBytes: 80 * gibi, freeBytes: 71 * gibi, usedBytes: 9 * gibi };
    expect(one(beside({}, { memory }), 'gpu-free')).toMatchObject({
      status: 'look',
      text: 'GPU 1: 71.0 GiB free of 80.0 GiB',
    });
    const unread = { ...memory, freeBytes: missing };
    expect(one(beside({}, { memory: unread }), 'gpu-free')).toMatchObject({ status: 'not-tested' });
  });

  it('draw equal findings together', () => {
    const gpus = [0, 1, 2, 3, 5].map((index) => h100(index, healthyDetail({ persistence: false })));
    expect(one(checked(gpus), 'gpu-persistence')!.text).toMatch(/^GPU 0–3, 5: persistence is off[^;]*$/);
  });

  it('stop nothing for a GPU that is hidden from CUDA', () => {
    const broken = healthyDetail({ ecc: { enabled: true, corrected: 0, uncorrected: 1 } });
    const check = one(checked([h100(0), h100(null, broken)]), 'gpu-ecc');
    expect(check).toMatchObject({
      status: 'look',
      text: expect.stringContaining('000009 (hidden): 1 uncorrected'),
    });
  });

  it('are one that was not tested where the driver says nothing of how they fare', () => {
    const checks = checked([h100(0, missing), h100(1, missing)]);
    expect(one(checks, 'gpu-detail')).toMatchObject({
      status: 'not-tested',
      text: expect.stringContaining('GPU 0, 1'),
    });
    expect(one(checks, 'gpu-ecc')).toBeUndefined();
    expect(one(checked([h100(0), h100(1, missing)]), 'gpu-ecc')).toMatchObject({ status: 'not-tested' });
  });

  it('say nothing where there is no GPU', () => {
    const ids = machineChecks({
      gpus: [],
      host: cpuMachine().host,
      nvmlReason: 'no library',
      cudaDoubt: '',
      containerNote: '',
      disagreements: [],
      uncompared: '',
      rates: [],
    }).map(({ id }) => id);
    expect(ids).toEqual(['gpu-present', 'host-memory', 'sources-agree']);
  });
});

describe('a GPU that the driver does not reach', () => {
  const lost = (more: Partial<Gpu> = {}) =>
    h100(1, healthyDetail(), {
      index: null,
      runsOpenSora: { ok: false, reason: 'fell off the bus' },
      ...more,
    });

  it('fails, and is not taken for one that is hidden', () => {
    const checks = checked([h100(0), lost()]);
    expect(one(checks, 'gpu-reachable')).toMatchObject({
      status: 'fail',
      text: `The driver does not reach 1 of 2 GPUs. ${h100(1).uuid} (not usable): fell off the bus`,
      gpus: [],
    });
    expect(one(checks, 'gpu-visible')).toMatchObject({
      status: 'pass',
      text: 'CUDA may use every NVIDIA GPU that the driver reaches',
    });
  });

  it('fails where not even its name was read', () => {
    const unread = { unavailable: 'NVML did not answer within 2 s' };
    const nothing = { uuid: unread, computeCapability: unread, pciAddress: unread };
    expect(one(checked([h100(0), lost(nothing)]), 'gpu-reachable')).toMatchObject({ status: 'fail' });
  });

  it('is not one that is hidden, too old, or without a driver', () => {
    const tooOld = { ok: false, reason: 'too old' };
    const others = [
      h100(1, healthyDetail(), { index: null }),
      h100(2, healthyDetail(), { computeCapability: '6.1', runsOpenSora: tooOld }),
    ];
    expect(one(checked([h100(0), ...others]), 'gpu-reachable')).toMatchObject({ status: 'pass' });
    const none = { unavailable: 'no driver' };
    const driverless = lost({ uuid: none, driverVersion: none, cudaVersion: none, computeCapability: none });
    expect(one(checked([driverless]), 'gpu-reachable')).toBeUndefined();
  });
});

it('fails on one uncorrected error, whatever else of ECC was not read', () => {
  const ecc = { enabled: missing, corrected: missing, uncorrected: 2 };
  expect(one(beside({ ecc }), 'gpu-ecc')).toMatchObject({
    status: 'fail',
    text: 'GPU 1: 2 uncorrected and an unknown number of corrected ECC errors since the driver was loaded',
  });
  const unread = { enabled: true, corrected: 0, uncorrected: missing };
  expect(one(beside({ ecc: unread }), 'gpu-ecc')).toMatchObject({ status: 'not-tested' });
});

it('takes no GPU for a different one because its memory was not read', () => {
  const memory = { totalBytes: missing, freeBytes: missing, usedBytes: missing };
  expect(one(beside({}, { memory }), 'gpus-alike')).toMatchObject({
    status: 'not-tested',
    text: 'All are NVIDIA H100 80GB HBM3, and the memory of GPU 1 was not read',
  });
  expect(one(beside({}, { memory, name: 'NVIDIA A10' }), 'gpus-alike')).toMatchObject({ status: 'look' });
});

it('does not say that Open-Sora runs on GPUs whose generation was not read', () => {
  const unread = { computeCapability: missing, runsOpenSora: { ok: true, reason: 'not read' } };
  const both = [h100(0, healthyDetail(), unread), h100(1, healthyDetail(), unread)];
  expect(one(checked(both), 'gpu-present')).toMatchObject({
    status: 'not-tested',
    text: 'Whether Open-Sora runs on 2 × NVIDIA H100 80GB HBM3 is not known: the generation was not read',
  });
  expect(one(checked([both[0]!, h100(1)]), 'gpu-present')).toMatchObject({ status: 'pass' });
});

it('does not say that nobody works where neither processes nor the load were read', () => {
  const utilization = { gpuPercent: missing, memoryPercent: missing };
  expect(one(beside({}, { processes: missing }), 'gpu-busy')).toMatchObject({ status: 'pass' });
  expect(one(beside({ utilization }, { processes: missing }), 'gpu-busy')).toMatchObject({
    status: 'not-tested',
    text: 'Whether others use it could not be read: GPU 1 (NVIDIA H100 80GB HBM3)',
  });
});

it('names the GPUs of which a status holds, and none that is hidden', () => {
  const faulty = healthyDetail({ ecc: { enabled: true, corrected: 0, uncorrected: 1 } });
  const checks = checked([h100(0), h100(1, faulty), h100(2), h100(3, faulty, { index: null })]);
  expect(one(checks, 'gpu-ecc')).toMatchObject({ status: 'fail', gpus: [1] });
  expect(one(checks, 'gpu-mig')).toMatchObject({ status: 'pass', gpus: [0, 1, 2] });
  expect(one(checks, 'host-memory')).not.toHaveProperty('gpus');
});

describe('checks of the host', () => {
  // 24 × 280 Mi and 4 × 54 Mi elements of two bytes are 13,872 MiB: 27,744 MiB for two ranks.
  it.each([
    [27_744, 'pass'],
    [27_743, 'look'],
  ])('%i MiB free for the pinned caches of two ranks: %s', (mebi, status) => {
    const check = one(checked([h100(0), h100(1)], { freeBytes: mebi * 2 ** 20 }), 'pinned-cache');
    expect(check).toMatchObject({ status, text: expect.stringContaining('27.1 GiB') });
  });

  it.each<[Host['memory']['pinnedLimitBytes'], number, Check['status']]>([
    ['unlimited', 2, 'pass'],
    [8 * 2 ** 20, 2, 'look'],
    [8 * 2 ** 20, 1, 'pass'],
    [missing, 2, 'not-tested'],
  ])('a pinned limit of %j for %i GPUs: %s', (pinnedLimitBytes, count, status) => {
    const gpus = Array.from({ length: count }, (_, index) => h100(index));
    expect(one(checked(gpus, { pinnedLimitBytes }), 'pinned-limit')).toMatchObject({ status });
  });

  it.each<[Host['memory']['shared'], Check['status']]>([
    [{ totalBytes: 64 * 2 ** 20, freeBytes: 64 * 2 ** 20 }, 'look'],
    [{ totalBytes: 2 * gibi, freeBytes: 2 * gibi }, 'pass'],
    [missing, 'not-tested'],
  ])('/dev/shm of %j: %s', (shared, status) => {
    expect(one(checked([h100(0), h100(1)], { shared }), 'shared-memory')).toMatchObject({ status });
  });
});

it('names what sources disagree about, and who says what', () => {
  const disagreements = [{ about: 'number of GPUs', sources: { NVML: '8', 'the system': '7' } }];
  const check = one(checked([h100(0)], {}, disagreements), 'sources-agree');
  expect(check).toMatchObject({
    status: 'look',
    text: 'Sources disagree. number of GPUs: NVML says 8, the system says 7',
  });
});
