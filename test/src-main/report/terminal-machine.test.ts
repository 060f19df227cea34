import { describe, expect, it } from 'vitest';
import type { Machine } from '../../../src-main/contract/machine.js';
import { machineChecks } from '../../../src-main/machine/checks.js';
import { renderMachine } from '../../../src-main/report/terminal-machine.js';
import { cellsOf } from '../../../src-main/report/text-layout.js';
import { payload } from '../../fixtures/hostile-report.js';
import { h100, healthyDetail, nvlinks } from '../../fixtures/sample-gpus.js';
import { cpuMachine, h100Machine, migMachine } from '../../fixtures/sample-machines.js';

/** Eight H100, of which one has an error and a narrow link, and one is held. */
function checkedMachine(): Machine {
  const pcie = { generation: 5, width: 8, maxGeneration: 5, maxWidth: 16 };
  const ill = healthyDetail({
    ecc: { enabled: true, corrected: 0, uncorrected: 3 },
    pcie,
    nvlinks: nvlinks(18, 6),
  });
  const processes = [{ pid: 4121, name: 'python3', usedBytes: 12 * 2 ** 30 }];
  const gpus = [0, 1, 2, 3, 4, 5, 6].map((index) => h100(index, index === 3 ? ill : undefined));
  const machine = { ...h100Machine(), gpus: [...gpus, h100(7, undefined, { processes })] };
  const rate = { id: 'device-copy', peer: null, unit: 'bytes/s' } as const;
  const achievable = { value: 3e12, source: 'this test' };
  const rates = [
    { ...rate, gpu: 0, value: 2.9e12, achievable },
    { ...rate, gpu: 1, value: 1.5e12, achievable },
    { ...rate, gpu: 7, value: { unavailable: 'others work on it' }, achievable },
  ];
  const none = { nvmlReason: '', cudaDoubt: '', containerNote: '', disagreements: [], uncompared: '' };
  const facts = { ...machine, rates, ...none };
  return { ...machine, rates, checks: machineChecks(facts) };
}

describe('a machine on the terminal', () => {
  const text = renderMachine(checkedMachine());

  it('fits 80 columns, whatever it holds', () => {
    const hostile = checkedMachine();
    hostile.gpus[0]!.name = payload;
    for (const one of [text, renderMachine(cpuMachine()), renderMachine(hostile)])
      expect(one.split('\n').filter((line) => cellsOf(line) > 80)).toEqual([]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not be there
    expect(renderMachine(hostile)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  it('has a row for each GPU, with its memory and who holds it', () => {
    expect(text).toMatch(/GPU 7: NVIDIA H100 80GB HBM3, 78\.6 GiB free of 79\.6 GiB/);
    expect(text).toMatch(/held by python3 4121, 12\.0 GiB/);
    expect(text).toMatch(/GPU 3 +345 of 1,980 +71 of 700 +31 of 89 +gen 5 ×8 +12 of 18 +3$/m);
    expect(text).toMatch(/GPU 0 +345 of 1,980 +71 of 700 +31 of 89 +gen 5 ×16 +18 of 18 +none$/m);
  });

  it('cuts no figure, whatever each GPU reads at its most', () => {
    const clocks = { smMHz: 1410, maxSmMHz: 1980, memoryMHz: 2619, maxMemoryMHz: 2619 };
    const power = { drawWatts: 1000, limitWatts: 1000, defaultLimitWatts: 1000 };
    const temperatures = { gpuCelsius: 101, slowdownCelsius: 102, shutdownCelsius: 105 };
    const gpus = [0, 15].map((index) => h100(index, healthyDetail({ clocks, power, temperatures })));
    const wide = renderMachine({ ...h100Machine(), gpus });
    expect(wide).toMatch(
      /^ {2}GPU 15 +1,410 of 1,980 +1,000 of 1,000 +101 of 102 +gen 5 ×16 +18 of 18 +none$/m,
    );
    expect(wide.split('\n').filter((line) => cellsOf(line) > 80)).toEqual([]);
  });

  it('says settings that all have alike once, and what is missing by reason', () => {
    expect(text.match(/Persistence +on$/gm)).toHaveLength(1);
    expect(text.match(/NVML_ERROR_NOT_SUPPORTED\): Retired pages$/gm)).toHaveLength(1);
  });

  it('gives rates against what is achieved, the lowest first', () => {
    const flat = text.replace(/\n +/g, ' ');
    expect(flat).toContain('1,500 GB/s (GPU 1) to 2,900 GB/s (GPU 0), 50 % of 3,000 GB/s');
    expect(flat).toContain('Not read (others work on it): Device memory, read and written');
  });

  it('gives the instances that MIG cut, and says which one a run gets', () => {
    const mig = renderMachine(migMachine());
    // The fixture's bytes: 5100273664 with 13631488 used, and 20937965568 with 20000000000 used.
    expect(mig).toMatch(/^ {2}1g\.5gb: 4\.74 GiB free of 4\.75 GiB \(MIG instance; a run gets this one\)$/m);
    expect(mig).toMatch(/^ {2}3g\.20gb: 0\.874 GiB free of 19\.5 GiB \(MIG instance\)$/m);
    expect(mig).not.toContain('How they fare');
  });

  it('names each check by its id, with what to do', () => {
    const flat = text.replace(/\n +/g, ' ');
    expect(flat).toMatch(
      /✖ fail +GPU 3: 3 uncorrected and 0 corrected ECC errors .*?\[gpu-ecc\] → End what runs/,
    );
    expect(flat).toMatch(/▲ look +GPU 3: PCIe ×8 of ×16 \[pcie-width\]/);
  });
});
