import type { Gpu, Machine } from '../../../src-main/contract/machine.js';
import type { Probe } from '../../../src-main/contract/probe.js';
import type { JudgedGpu, Target } from '../../../src-main/contract/target.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import type { DecideInput } from '../../../src-main/decide/verdict.js';
import type { Analyse } from '../../../src-main/predict/analyser.js';
import { predict } from '../../../src-main/predict/predict.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import type { Speed } from '../../../src-main/predict/time.js';
import { linearAnalysis, probeOf } from '../predict/linear-analysis.js';

export const gibi = 2 ** 30;

export function gpu(index: number, freeGiB: number, more: Partial<Gpu> = {}): Gpu {
  return {
    index,
    vendor: 'nvidia',
    name: 'NVIDIA H100 80GB HBM3',
    uuid: `GPU-${index}`,
    pciAddress: { unavailable: 'not in this test' },
    computeCapability: '9.0',
    memory: { totalBytes: 79.1 * gibi, freeBytes: Math.round(freeGiB * gibi), usedBytes: 0 },
    processes: [],
    driverVersion: '570.00',
    cudaVersion: '12.8',
    detail: { unavailable: 'not in this test' },
    runsOpenSora: { ok: true, reason: '' },
    ...more,
  };
}

export function machine(gpus: Gpu[], checks: Machine['checks'] = []): Machine {
  return {
    gpus,
    host: {
      hostname: 'lab',
      os: 'Linux',
      arch: 'x64',
      node: '20.19.0',
      cpu: { name: 'CPU', usableCores: 2 },
      memory: {
        totalBytes: 4096 * gibi,
        freeBytes: 4000 * gibi,
        cgroupLimitBytes: { unavailable: 'none' },
        pinnedLimitBytes: 'unlimited',
        shared: { unavailable: 'not in this test' },
      },
      surroundings: 'none',
      workDisk: { unavailable: 'not in this test' },
      dataDisk: { unavailable: 'not in this test' },
      python: { unavailable: 'not in this test' },
    },
    providers: [],
    checks,
    disagreements: [],
    rates: [],
  };
}

/** Both blocks of v1.2 at the first command's shape, as the graph of these tests would have them. */
export function ownProbes(
  batch = 4,
  status: Probe['status'] = 'ok',
  dtype: 'bf16' | 'fp32' = 'bf16',
): Probe[] {
  return (['spatial', 'temporal'] as const).map((block) =>
    probeOf(
      { block, batch, dtype },
      { liveBytes: batch * 2160 * (dtype === 'bf16' ? 2 : 4) * 160, seconds: 0.01 * batch, status },
    ),
  );
}

interface Case {
  flags?: Partial<TargetFlags>;
  /** In place of the flags'. */
  target?: Target;
  probes?: Probe[];
  machine?: Machine;
  device?: string;
  judged?: JudgedGpu | null;
  gpuIndexes?: number[];
  complete?: boolean;
  analyse?: Analyse;
  speed?: Speed;
}

/** The first command on an H100 with 79 GiB free, but for what a test says. */
export function inputOf(given: Case = {}): DecideInput {
  const flags = { model: 'v1.2', task: 'train', resolution: '144p', frames: 51, batch: 4, ...given.flags };
  const target = given.target ?? resolveTarget(flags);
  const probes = given.probes ?? ownProbes();
  const speed = given.speed ?? ({ of: 'measured-device', gpu: undefined } as const);
  const analyse = given.analyse ?? linearAnalysis;
  const { prediction, notCovered } = predict(target, probes, analyse, speed);
  return {
    target,
    prediction,
    notCovered,
    probes,
    machine: given.machine ?? machine([gpu(0, 79)]),
    deviceUsed: given.device ?? 'cuda',
    gpuIndexes: given.gpuIndexes ?? null,
    judgedGpu: given.judged ?? null,
    complete: given.complete ?? true,
    analyse,
    speed,
  };
}

export function judged(name: string, gib: number): JudgedGpu {
  return { name, memoryBytes: Math.round(gib * gibi), source: 'test' };
}
