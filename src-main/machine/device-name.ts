import { known } from '../contract/evidence.js';
import type { Gpu, Machine } from '../contract/machine.js';
import { processMemory } from '../contract/process-memory.js';

/**
 * What a provider runs on, by its name: the GPU or the instance of it, or the CPU; else the provider's own name, since
 * which display adapter it takes it does not say.
 */
export function deviceName(provider: string, gpu: Gpu | null, { host }: Machine): string {
  if (gpu !== null) return processMemory(gpu).instance?.name ?? gpu.name;
  return provider === 'cpu' ? (known(host.cpu.name) ?? 'CPU') : provider;
}
