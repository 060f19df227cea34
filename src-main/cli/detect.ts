import { unavailable } from '../contract/evidence.js';
import type { Machine } from '../contract/machine.js';
import { UsageError } from '../contract/usage-error.js';
import { withRates } from '../machine/checks/rates.js';
import { type DetectOptions, detectMachine } from '../machine/detect.js';
import { readProviderFacts } from '../machine/providers.js';
import { achievable } from '../predict/achievable.js';
import { measureRates } from '../probe/rates/measure.js';

export interface DetectRequest extends Pick<DetectOptions, 'cudaLibs' | 'data'> {
  /** Measure how fast the GPUs really are, not only read what they are. */
  measure: boolean;
  /** Also those on which others work. */
  force: boolean;
  signal: AbortSignal;
  /** Told what is measured, before it begins. */
  onStart(text: string): void;
}

/**
 * Reads this machine, and measures its GPUs where that is asked for.
 * @throws UsageError where nothing is measured that could be forced, and as `detectMachine`
 */
export async function detect(request: DetectRequest): Promise<Machine> {
  const { cudaLibs, data, measure, force, signal, onStart } = request;
  if (force && !measure) throw new UsageError('--force is for --measure: without it no GPU is used');
  const machine = await detectMachine({ cudaLibs, data });
  if (!measure) return machine;
  const { cuda } = await readProviderFacts(machine.gpus, { cudaLibs });
  const cudaFolders = cuda.ok
    ? cuda.folders
    : unavailable(`ONNX Runtime cannot run on CUDA here; missing: ${cuda.missing.join(', ')}`);
  const rates = await measureRates(machine, { force, cudaFolders, achievable, signal, onStart });
  if (rates.length === 0) onStart('nothing is measured: CUDA may use no GPU here');
  return withRates(machine, rates);
}
