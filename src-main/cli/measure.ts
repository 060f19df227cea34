import { analyseBlock } from '../../models/blocks/analyse.js';
import { modelVersion } from '../../models/catalog/index.js';
import type { BlockKind } from '../../models/catalog/types.js';
import type { Probe } from '../contract/probe.js';
import type { Device } from '../contract/target.js';
import type { TargetFlags } from '../contract/target-flags.js';
import { UsageError } from '../contract/usage-error.js';
import { chooseDevice } from '../machine/choose-device.js';
import { detectMachine } from '../machine/detect.js';
import { readProviderFacts } from '../machine/providers.js';
import { resolveTarget } from '../predict/resolve-target.js';
import { fullTiming, Pace } from '../probe/budget.js';
import { openDevice } from '../probe/device-run.js';
import { modelledProbe, pointOf } from '../probe/modelled.js';
import { bytesNeeded, tooLarge } from '../probe/steps.js';

export interface MeasureRequest {
  flags: TargetFlags;
  block: BlockKind;
  device: Device;
  checkpoint: boolean;
  optimizer: boolean;
  /** Answer from the graph alone. */
  structural: boolean;
  cudaLibs?: string | undefined;
  signal: AbortSignal;
  /** Told what is measured, before it begins. */
  onStart(text: string): void;
}

/**
 * One probe of one block, outside a sweep.
 *
 * @throws UsageError for a block that the version has not, or flags that make no shape
 */
export async function measure(request: MeasureRequest): Promise<Probe> {
  const { flags, block, checkpoint } = request;
  const target = resolveTarget(flags);
  const version = modelVersion(target.model, target.ae);
  if (version.depth[block] === undefined)
    throw new UsageError(
      `--block ${block}: ${version.id} has ${Object.keys(version.depth).join(' and ')} blocks`,
    );
  const { batch, latentFrames, rows, columns, resolution, frames } = target.buckets[0]!;
  const shape = {
    model: target.model,
    block,
    task: target.task,
    dtype: target.dtype,
    batch,
    latentFrames,
    rows,
    columns,
    depth: 1,
    checkpoint: checkpoint && target.task === 'train',
    optimizer: request.optimizer && target.task === 'train',
  };
  if (request.structural) return modelledProbe(pointOf(shape, resolution, frames), '');

  const machine = await detectMachine({ cudaLibs: request.cudaLibs });
  const choice = chooseDevice(
    request.device,
    await readProviderFacts(machine.gpus, { cudaLibs: request.cudaLibs }),
  );
  const gpu = machine.gpus.find(({ vendor, index }) => vendor === 'nvidia' && index === 0) ?? null;
  const device = openDevice(choice.device, machine, gpu, choice.libraryFolders);
  try {
    // A type that was asked for is tried as it is; where none was, the device's own is taken.
    const dtype = flags.dtype === undefined ? device.dtypeFor(target.dtype) : target.dtype;
    const point = pointOf({ ...shape, dtype }, resolution, frames);
    const analysis = analyseBlock(point);
    // A GPU refuses what it cannot hold; a host would swap, or end some other process.
    const [needs, free] = [bytesNeeded(analysis), await device.freeBytes()];
    if (choice.device === 'cpu' && needs > free) return modelledProbe(point, tooLarge(needs, free));
    const expected = new Pace(device.firstGuess).seconds(point, analysis.flops, fullTiming);
    request.onStart(`measuring one ${block} block in ${dtype} on ${choice.reason}`);
    return await device.measure(point, fullTiming, expected, request.signal);
  } finally {
    device.close();
  }
}
