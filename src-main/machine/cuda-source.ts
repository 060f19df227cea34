import { isUnavailable, type Reading, unavailable } from '../contract/evidence.js';
import type { Disagreement, Gpu } from '../contract/machine.js';
import { isCut } from '../contract/process-memory.js';
import { answerOf } from './answer-of.js';
import { type CudaView, cudaViewSchema } from './cuda-messages.js';
import { disagreementsBetween, listOf, normalAddress, seenGpu } from './disagreements.js';
import type { OwnProcess } from './own-process.js';

const nvml = 'NVML';
const cuda = 'the CUDA driver';

/**
 * What the CUDA driver itself shows here, which obeys CUDA_VISIBLE_DEVICES.
 * @param reader the process that asks it
 */
export function readCudaView(reader: Reading<OwnProcess>, deadlineMs: number): Promise<Reading<CudaView>> {
  return answerOf(reader, cudaViewSchema, cuda, deadlineMs);
}

/**
 * Where the CUDA driver says otherwise than NVML with the rules of CUDA_VISIBLE_DEVICES: which GPUs this process may use,
 * in which order, their names and memory. Unavailable where the two cannot be compared.
 */
export function cudaDisagreements(
  nvidia: readonly Gpu[],
  view: Reading<CudaView>,
  doubt: string,
): Reading<Disagreement[]> {
  if (isUnavailable(view)) return view;
  const shown = nvidia.filter(({ index }) => index !== null).sort((a, b) => a.index! - b.index!);
  if (shown.length === 0 && doubt !== '') return unavailable(`${cuda}, since ${doubt}`);
  if (shown.some(isCut)) return unavailable(`${cuda}, which shows MIG instances in place of GPUs`);
  if (view.refusal !== '') {
    if (shown.length === 0) return [];
    const sources = { [nvml]: listOf(shown).text, [cuda]: `none: ${view.refusal}` };
    return [{ about: 'which NVIDIA GPUs CUDA may use', sources }];
  }
  const found = disagreementsBetween(
    { name: nvml, gpus: shown.map(seenGpu) },
    { name: cuda, gpus: view.devices },
    'which NVIDIA GPUs CUDA may use',
  );
  const [expected, real] = [shown, view.devices].map((gpus) => orderOf(gpus));
  const reordered = expected !== real && sorted(expected!) === sorted(real!);
  if (!reordered) return found;
  return [
    ...found,
    { about: 'the order of the GPUs in CUDA', sources: { [nvml]: expected!, [cuda]: real! } },
  ];
}

const separator = ', ';
const orderOf = (gpus: readonly { pciAddress: Reading<string> }[]) =>
  gpus.map(({ pciAddress }) => normalAddress(pciAddress) ?? '?').join(separator);
const sorted = (order: string) => order.split(separator).sort().join(separator);
