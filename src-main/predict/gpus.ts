import { closestNames } from '../../models/catalog/closest.js';
import { UsageError } from '../contract/usage-error.js';
import type { GpuSpec } from './gpu-spec.js';
import { amdGpus } from './gpus-amd.js';
import { dataCenterGpus } from './gpus-data-center.js';
import { workstationGpus } from './gpus-workstation.js';

export type { GpuSpec } from './gpu-spec.js';

export const gpuCatalogue: readonly GpuSpec[] = [...dataCenterGpus, ...workstationGpus, ...amdGpus];

/** Words that drivers and people put before or after a model's name. `Laptop` is none: such cards are smaller ones. */
const noise = /nvidia|amd|geforce|tesla|quadro|instinct|radeon|graphics|corporation|generation|\bgpu\b/g;

/** What of a name tells cards apart: letters and digits, without vendor words and without `RTX` or `GTX`. */
function key(name: string): string {
  return name
    .toLowerCase()
    .replace(noise, '')
    .replace(/[^a-z0-9]/g, '')
    .replace(/^(rtx|gtx|rx)(?=a?\d)/, '');
}

const byKey = new Map<string, GpuSpec>(
  gpuCatalogue.flatMap((gpu) => [gpu.name, ...gpu.aliases].map((name) => [key(name), gpu] as const)),
);

/** Models sold with more than one memory: the name alone does not say which. */
const ambiguous = new Map([
  ['a100', ['A100-40GB', 'A100-80GB']],
  ['mi300', ['MI300A', 'MI300X']],
  ['v100', ['V100-16GB', 'V100-32GB']],
]);

/**
 * A GPU by the name that a person or a driver gives it, in any case.
 * @throws UsageError listing the closest names where it is not known, or the variants where the name fits several.
 */
export function findGpu(name: string): GpuSpec {
  const found = knownGpu(name);
  if (found !== undefined) return found;
  const variants = ambiguous.get(key(name));
  if (variants !== undefined) {
    throw new UsageError(`--gpu ${name} is sold with different memories; say ${variants.join(' or ')}`);
  }
  const close = closestNames(
    name,
    gpuCatalogue.map((gpu) => gpu.name),
  );
  throw new UsageError(
    `unknown GPU "${name}"; the closest names are ${close.join(', ')}. A GPU that is not listed can be given by --gpu-memory, such as 24GiB`,
  );
}

/** As `findGpu`, but undefined where the name is not known: for the names that drivers report. */
export function knownGpu(name: string): GpuSpec | undefined {
  return byKey.get(key(name));
}
