import type { BlockKind, ModelVersion } from '../../models/catalog/types.js';
import { type Reading, unavailable } from '../contract/evidence.js';
import { pointKey } from '../contract/point-key.js';
import type { Probe } from '../contract/probe.js';
import type { Bucket, Target } from '../contract/target.js';
import { type Analyse, blockKinds } from '../predict/analyser.js';
import { measuredSeconds } from '../predict/nearest-probe.js';
import { zeroRanks } from '../predict/ranks.js';
import { sequenceShare } from '../predict/sequence-share.js';
import { parametersOnRank } from '../predict/tensor-share.js';
import { stepTime } from '../predict/time/step.js';
import type { Speed } from '../predict/time.js';

/**
 * Seconds of one step of the graph on the device that was measured: the blocks' as they are predicted, of one micro-step,
 * and AdamW's as the sweep timed it. What is not in the graph (encoders, exchange, data) is left out.
 */
export function expectedSeconds(
  version: ModelVersion,
  target: Target,
  bucket: Bucket,
  probes: readonly Probe[],
  analyse: Analyse,
  speed: Speed,
): Reading<number> {
  if (speed.of === 'unknown') return unavailable(speed.reason);
  if (speed.of === 'gpu') return unavailable(`the seconds that are predicted are of the ${speed.gpu.name}`);
  const other = otherWork(version, target, bucket);
  if (other !== null) return unavailable(other);
  const step = stepTime(version, target, bucket, probes, analyse, speed);
  if (typeof step === 'string') return unavailable(`no probe of the ${step} block was timed`);
  const { forward, recompute, backward } = step.seconds;
  const blocks = (forward + recompute + backward) / target.accumulation;
  if (target.task === 'infer') return blocks;
  const update = updateSeconds(version, target, probes);
  return typeof update === 'string'
    ? unavailable(`AdamW's step of the ${update} block was not timed apart`)
    : blocks + update;
}

/** Why the graph's step is not the work that the prediction is of; null where it is. */
function otherWork(version: ModelVersion, target: Target, bucket: Bucket): string | null {
  if (sequenceShare(version, target, bucket) < 1)
    return 'attention over the whole sequence of a group of GPUs is not rehearsed';
  if (target.task === 'infer') return null;
  if (target.loraRank !== null) return "the graph has the weights' gradients, which a LoRA's run has not";
  return target.offload ? 'not all blocks are rehearsed where checkpoints wait in host memory' : null;
}

/**
 * AdamW's seconds on this rank: what a probe with it took longer than the same one without, for each block. It does
 * not depend on the tokens.
 * @returns the kind of block for which there are no two such probes, where there is one
 */
function updateSeconds(version: ModelVersion, target: Target, probes: readonly Probe[]): number | BlockKind {
  let whole = 0;
  for (const { kind, depth } of blockKinds(version)) {
    const seconds = updateOf(kind, target, probes);
    if (seconds === undefined) return kind;
    whole += depth * seconds;
  }
  return (whole * parametersOnRank(version, target)) / version.parameters / zeroRanks(target);
}

/** Seconds of AdamW on one whole block; undefined where they were not measured. */
function updateOf(kind: BlockKind, target: Target, probes: readonly Probe[]): number | undefined {
  const timed = probes.filter(
    ({ status, point }) =>
      status === 'ok' &&
      point.model === target.model &&
      point.block === kind &&
      point.dtype === target.dtype &&
      point.task === 'train' &&
      point.depth === 1 &&
      !point.checkpoint,
  );
  for (const probe of timed) {
    if (!probe.point.optimizer) continue;
    const plain = pointKey({ ...probe.point, optimizer: false });
    const without = timed.find(({ point }) => pointKey(point) === plain);
    const [long, short] = [measuredSeconds(probe), without && measuredSeconds(without)];
    if (long !== undefined && short !== undefined) return Math.max(0, long - short);
  }
  return undefined;
}
