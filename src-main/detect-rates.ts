import { unavailable } from './contract/evidence.js';
import type { Machine } from './contract/machine.js';
import { withRates } from './machine/checks/rates.js';
import { readProviderFacts } from './machine/providers.js';
import { achievable } from './predict/achievable.js';
import { measureRates } from './probe/rates/measure.js';

export interface RatesWanted {
  /** `--cuda-libs DIR`. */
  cudaLibs: string | undefined;
  /** Also GPUs on which others work. */
  force: boolean;
  signal: AbortSignal;
  /** Told what is measured, before it begins. */
  onStart(text: string): void;
}

/** The machine with how fast its GPUs really are, measured. */
export async function measureMachine(machine: Machine, wanted: RatesWanted): Promise<Machine> {
  const { cudaLibs, force, signal, onStart } = wanted;
  const { cuda } = await readProviderFacts(machine.gpus, { cudaLibs });
  const cudaFolders = cuda.ok
    ? cuda.folders
    : unavailable(`ONNX Runtime cannot run on CUDA here; missing: ${cuda.missing.join(', ')}`);
  const rates = await measureRates(machine, { force, cudaFolders, achievable, signal, onStart });
  if (rates.length === 0) onStart('nothing is measured: CUDA may use no GPU here');
  return withRates(machine, rates);
}
