import type { ModelVersion } from '../../../models/catalog/types.js';
import type { Probe } from '../../contract/probe.js';
import type { Bucket, Target } from '../../contract/target.js';
import { type Analyse, blockKinds, targetShape } from '../analyser.js';
import type { GpuSpec } from '../gpu-spec.js';
import { sequenceShare } from '../sequence-share.js';
import { type BlockTime, blockTime, divisionOf, type Speed } from './block-time.js';
import { gradientSeconds, groupSeconds } from './communication.js';
import { dataSeconds } from './data-loading.js';
import { encodeSeconds, textSeconds } from './encoders.js';
import { reachedPcie } from './links.js';
import { emaSeconds, updateSeconds } from './optimizer.js';
import type { StepPartId } from './parts.js';
import { rooflineBlock } from './roofline.js';

/** Seconds of one step of a bucket by part, and what its blocks' seconds rest on: the least sure of them. */
export interface StepTime {
  seconds: Record<StepPartId, number>;
  from: BlockTime['from'];
}

/** What the blocks of one micro-step, or of one denoiser call, take on each GPU. */
interface Blocks {
  forward: number;
  recompute: number;
  backward: number;
  exchange: number;
  offload: number;
  from: BlockTime['from'];
}

/**
 * One optimiser step (training) or one denoiser call (inference) of a bucket.
 * @returns the kind of block for which there is no timed probe, where there is one
 */
export function stepTime(
  version: ModelVersion,
  target: Target,
  bucket: Bucket,
  probes: readonly Probe[],
  analyse: Analyse,
  speed: Exclude<Speed, { of: 'unknown' }>,
): StepTime | string {
  const blocks = blocksOf(version, target, bucket, probes, analyse, speed);
  if (typeof blocks === 'string') return blocks;
  const { forward, recompute, backward, exchange, offload, from } = blocks;
  const { gpu } = speed;
  const hostCores = speed.of === 'measured-device' ? speed.hostCores : undefined;
  const nothing = { text: 0, encode: 0, gradients: 0, update: 0, ema: 0, data: 0 };
  if (target.task === 'infer' || gpu === undefined) {
    const times = target.accumulation;
    const seconds = { forward, recompute, backward, exchange, offload };
    for (const part of ['forward', 'recompute', 'backward', 'exchange', 'offload'] as const)
      seconds[part] *= times;
    return { seconds: { ...seconds, ...nothing }, from };
  }
  const text = textSeconds(version, target, bucket, gpu);
  const encode = encodeSeconds(version, target, bucket, gpu);
  const micro = gradientSeconds(version, target, gpu, recompute + backward);
  const computing =
    forward + recompute + backward + exchange + offload + text + encode + micro.everyMicroStep;
  const times = target.accumulation;
  return {
    seconds: {
      forward: forward * times,
      recompute: recompute * times,
      backward: backward * times,
      exchange: exchange * times,
      offload: offload * times,
      text: text * times,
      encode: encode * times,
      gradients: micro.everyMicroStep * times + micro.everyStep,
      update: updateSeconds(version, target, gpu),
      ema: emaSeconds(version, target, gpu),
      data: dataSeconds(target, bucket, computing, hostCores) * times,
    },
    from,
  };
}

function blocksOf(
  version: ModelVersion,
  target: Target,
  bucket: Bucket,
  probes: readonly Probe[],
  analyse: Analyse,
  speed: Exclude<Speed, { of: 'unknown' }>,
): Blocks | string {
  const all: Blocks = { forward: 0, recompute: 0, backward: 0, exchange: 0, offload: 0, from: 'measured' };
  for (const { kind, depth } of blockKinds(version)) {
    const block = blockTime(version, target, bucket, kind, probes, analyse, speed);
    if (block === undefined) return kind;
    const training = target.task === 'train';
    const checkpointed = training ? (target.checkpointedBlocks[kind] ?? 0) : 0;
    all.forward += depth * block.forward;
    all.recompute += checkpointed * block.forward;
    all.backward += depth * block.backward;
    if (block.from !== 'measured') all.from = block.from;
    if (speed.gpu === undefined) continue;
    const shape = targetShape(version, target, bucket, kind);
    const share = sequenceShare(version, target, bucket);
    if (share < 1 || target.tensorParallel > 1) {
      const { attention } = rooflineBlock(
        version,
        shape,
        analyse,
        speed.gpu,
        divisionOf(version, target, bucket),
      );
      const once = groupSeconds(version, target, bucket, kind, speed.gpu, attention);
      // A backward moves as much again, ring attention twice as much: its gradients travel too.
      const passes = training ? (version.id === 'v2.0' && target.sequenceParallel > 1 ? 3 : 2) : 1;
      all.exchange += once * (depth * passes + checkpointed);
    }
    if (target.offload && training)
      all.offload += offloadSeconds(speed.gpu, checkpointed * analyse(shape).blockInputBytes * share);
  }
  return all;
}

/**
 * Checkpoints to pinned host memory and back. Out is a blocking copy and back is in the computing stream, so that neither
 * hides behind anything: main:opensora/acceleration/checkpoint.py ActivationManager.
 */
function offloadSeconds(gpu: GpuSpec, bytes: number): number {
  return (2 * bytes) / (gpu.pcieBandwidth * reachedPcie);
}
