import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unavailable } from '../../../../src-main/contract/evidence.js';
import type { Gpu } from '../../../../src-main/contract/machine.js';

const gibi = 2 ** 30;

export const uuidOf = (index: number) => `GPU-0000000${index}-aaaa-bbbb-cccc-000000000000`;

/** An idle H100 for CUDA's ordinal; `over` changes it. */
export function gpu(index: number | null, over: Partial<Gpu> = {}): Gpu {
  const text = unavailable('not of interest here');
  return {
    index,
    vendor: 'nvidia',
    name: 'NVIDIA H100 80GB HBM3',
    uuid: uuidOf(index ?? 9),
    pciAddress: text,
    computeCapability: '9.0',
    memory: { totalBytes: 80 * gibi, freeBytes: 79 * gibi, usedBytes: 0 },
    processes: [],
    driverVersion: text,
    cudaVersion: text,
    detail: text,
    runsOpenSora: { ok: true, reason: '' },
    ...over,
  };
}

export interface Cuda {
  /** Variables of a process that is to find this machine. */
  env: Record<string, string>;
  /** What was taken and not given back, and how much was taken in all. */
  ledger(): { taken: number; left: string[] };
  remove(): void;
}

/** Writes a fixture of the fake CUDA driver, and the variables that make a worker find it. */
export function playCuda(libraries: string, fixture: string): Cuda {
  const folder = mkdtempSync(path.join(tmpdir(), 'preflight-cuda-'));
  const [file, log] = [path.join(folder, 'machine.txt'), path.join(folder, 'log.txt')];
  writeFileSync(file, fixture);
  return {
    env: { LD_LIBRARY_PATH: libraries, FAKE_CUDA: file, FAKE_CUDA_LOG: log },
    ledger() {
      const left: string[] = [];
      let taken = 0;
      for (const line of existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []) {
        const [verb, ...what] = line.split(' ');
        const thing = what.join(' ');
        if (verb === 'take') {
          left.push(thing);
          taken++;
        } else left.splice(left.indexOf(thing), 1);
      }
      return { taken, left };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
