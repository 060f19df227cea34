import { describe, expect, it } from 'vitest';
import { findGpu, gpuCatalogue, knownGpu } from '../../../src-main/predict/gpus.js';
import { parseMemorySize } from '../../../src-main/predict/memory-size.js';

describe('the GPU catalogue', () => {
  it('has thirty GPUs and more, each with plausible figures and a source', () => {
    expect(gpuCatalogue.length).toBeGreaterThanOrEqual(30);
    for (const gpu of gpuCatalogue) {
      expect(gpu.memoryBytes / 2 ** 30, gpu.name).toBeGreaterThan(7);
      expect(gpu.flops.fp16 >= gpu.flops.fp32 || gpu.name === 'GTX 1080 Ti', gpu.name).toBe(true);
      expect(gpu.bf16, gpu.name).toBe(gpu.flops.bf16 !== null);
      expect(gpu.linkBandwidth, gpu.name).toBeGreaterThanOrEqual(16e9);
      // From a T4 to a GB200.
      expect(gpu.watts >= 70 && gpu.watts <= 1200, gpu.name).toBe(true);
      expect(gpu.pcieBandwidth, gpu.name).toBeLessThanOrEqual(64e9);
      expect(gpu.source.length, gpu.name).toBeGreaterThan(5);
    }
  });

  it.each(['constructor', '__proto__', 'toString'])('%s is no GPU', (name) => {
    expect(() => findGpu(name)).toThrow('unknown GPU');
  });
  it('tells no two GPUs by the same name', () => {
    const names = gpuCatalogue.flatMap(({ name, aliases }) => [name, ...aliases]);
    for (const gpu of gpuCatalogue) {
      for (const name of [gpu.name, ...gpu.aliases]) expect(knownGpu(name)?.name, name).toBe(gpu.name);
    }
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    ['h100', 'H100'],
    ['H200', 'H200'],
    ['h800', 'H800'],
    ['a100-40gb', 'A100-40GB'],
    ['A100-80GB', 'A100-80GB'],
    ['A100 80GB', 'A100-80GB'],
    ['a800', 'A800'],
    ['V100-32GB', 'V100-32GB'],
    ['t4', 'T4'],
    ['L4', 'L4'],
    ['l40s', 'L40S'],
    ['B200', 'B200'],
    ['RTX 2080 Ti', 'RTX 2080 Ti'],
    ['rtx 3090', 'RTX 3090'],
    ['rtx4090', 'RTX 4090'],
    ['4090', 'RTX 4090'],
    ['RTX 5090', 'RTX 5090'],
    ['RTX 6000 Ada', 'RTX 6000 Ada'],
    ['a6000', 'RTX A6000'],
    ['AMD MI210', 'MI210'],
    ['mi250', 'MI250'],
    ['MI300X', 'MI300X'],
    ['NVIDIA H100 80GB HBM3', 'H100'],
    ['NVIDIA A100-SXM4-80GB', 'A100-80GB'],
    ['Tesla V100-SXM2-32GB', 'V100-32GB'],
    ['NVIDIA GeForce RTX 3090', 'RTX 3090'],
    ['AMD Instinct MI300X', 'MI300X'],
    ['NVIDIA RTX 6000 Ada Generation', 'RTX 6000 Ada'],
  ])('finds %s', (typed, name) => {
    expect(findGpu(typed).name).toBe(name);
  });

  it('knows what pre-Ampere cards cannot do', () => {
    expect(findGpu('V100-32GB')).toMatchObject({ bf16: false, flashAttention: false });
    expect(findGpu('RTX 3090')).toMatchObject({ bf16: true, flashAttention: true });
  });

  it('gives memory as the driver does', () => {
    expect(findGpu('H100').memoryBytes / 2 ** 30).toBeCloseTo(79.1, 1);
    expect(findGpu('RTX 4090').memoryBytes).toBeLessThan(24 * 2 ** 30);
  });

  it('lists the closest names of one that is unknown, and the variants of one that is not enough', () => {
    expect(() => findGpu('RTX 4091')).toThrow(/unknown GPU "RTX 4091"; the closest names are RTX 4090/);
    expect(() => findGpu('H1000')).toThrow(/H100/);
    expect(() => findGpu('A100')).toThrow('say A100-40GB or A100-80GB');
    expect(() => findGpu('')).toThrow(/unknown GPU/);
  });

  it('gives no card more memory than one of its name may have', () => {
    // 16 GB, where the desktop card has 24.
    expect(() => findGpu('NVIDIA GeForce RTX 4090 Laptop GPU')).toThrow(/unknown GPU.*--gpu-memory/);
    expect(knownGpu('NVIDIA GeForce RTX 3080 Laptop GPU')).toBeUndefined();
    expect(findGpu('RTX 4060 Ti').memoryBytes).toBeLessThan(8 * 2 ** 30);
    expect(() => findGpu('MI300')).toThrow('say MI300A or MI300X');
  });
});

describe('a memory size', () => {
  it.each([
    ['24GiB', 25_769_803_776],
    ['24GB', 24_000_000_000],
    ['24g', 25_769_803_776],
    ['24 gib', 25_769_803_776],
    ['0.5TiB', 549_755_813_888],
    ['24576MiB', 25_769_803_776],
  ])('%s is %i bytes', (text, bytes) => {
    expect(parseMemorySize(text)).toBe(bytes);
  });

  it.each([
    ['-24GiB', 'must be above zero'],
    ['0GiB', 'must be above zero'],
    ['NaN', 'is not a memory size'],
    ['NaNGiB', 'is not a memory size'],
    ['InfinityGiB', 'is not a memory size'],
    ['lots', 'is not a memory size'],
    ['', 'is not a memory size'],
    ['1,5GiB', 'is not a memory size'],
    ['24', 'has no unit; write 24GiB'],
    ['24parsec', 'has an unknown unit'],
    ['9999TiB', 'more than any GPU has'],
    ['1e9GiB', 'is not a memory size'],
  ])('%s: %s', (text, message) => {
    expect(() => parseMemorySize(text)).toThrow(message);
  });
});
