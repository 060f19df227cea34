import type { BlockShape } from '../../../models/blocks/types.js';
import type { BlockKind, ModelVersion } from '../../../models/catalog/types.js';
import type { Probe } from '../../contract/probe.js';
import type { Bucket, Target } from '../../contract/target.js';
import { type Analyse, shapeOf, targetShape } from '../analyser.js';
import type { GpuSpec } from '../gpu-spec.js';
import { measuredSeconds, nearestMeasured } from '../nearest-probe.js';
import { sequenceShare } from '../sequence-share.js';
import { rooflineBlock } from './roofline.js';

/** Whose seconds are predicted: those of the device that was measured, of a GPU by its datasheet, or of none. */
export type Speed =
  /** With what the catalogue knows of it (its links, its memory's bandwidth, its power), and the cores of its host. */
  | { of: 'measured-device'; gpu: GpuSpec | undefined; hostCores?: number }
  | { of: 'gpu'; gpu: GpuSpec }
  | { of: 'unknown'; reason: string };

/** Seconds of one block on each GPU of its group. */
export interface BlockTime {
  forward: number;
  /** 0 in inference. */
  backward: number;
  /** `measured` at this shape and type, `scaled` from a probe of another, or from the datasheet. */
  from: 'measured' | 'scaled' | 'datasheet';
}

export function blockTime(
  version: ModelVersion,
  target: Target,
  bucket: Bucket,
  kind: BlockKind,
  probes: readonly Probe[],
  analyse: Analyse,
  speed: Exclude<Speed, { of: 'unknown' }>,
): BlockTime | undefined {
  const shape = targetShape(version, target, bucket, kind);
  if (speed.of === 'measured-device')
    return measuredBlock(version, target, bucket, shape, probes, analyse, speed.gpu);
  const { forward, backward } = rooflineBlock(
    version,
    shape,
    analyse,
    speed.gpu,
    divisionOf(version, target, bucket),
  );
  return { forward, backward, from: 'datasheet' };
}

/** How a target cuts a block's work at a bucket. */
export function divisionOf(version: ModelVersion, target: Target, bucket: Bucket) {
  const { tensorParallel, loraRank } = target;
  return { ranks: tensorParallel / sequenceShare(version, target, bucket), frozen: loraRank !== null };
}

/**
 * A measured block, split between forward and backward by operations. One of another shape is scaled by the card's roofline,
 * or by operations alone where the card is in no catalogue.
 */
function measuredBlock(
  version: ModelVersion,
  target: Target,
  bucket: Bucket,
  shape: BlockShape,
  probes: readonly Probe[],
  analyse: Analyse,
  gpu: GpuSpec | undefined,
): BlockTime | undefined {
  const measured = nearestMeasured(probes, shape, measuredSeconds);
  if (measured === undefined) return undefined;
  const exact = measured.exact && !measured.shape.optimizer;
  const scale = exact ? 1 : scaleOf(version, shape, shapeOf(measured.probe.point), analyse, gpu);
  const { ranks, frozen } = divisionOf(version, target, bucket);
  const seconds = (measured.value * scale) / ranks;
  const from = exact ? 'measured' : 'scaled';
  if (shape.task === 'infer') return { forward: seconds, backward: 0, from };
  const both = analyse(shape);
  const once = analyse({ ...shape, task: 'infer' });
  const forward = once.flops / both.flops;
  const linear = both.flops - both.attentionFlops - (once.flops - once.attentionFlops);
  const saved = frozen ? linear / 2 / both.flops : 0;
  return { forward: seconds * forward, backward: seconds * (1 - forward - saved), from };
}

function scaleOf(
  version: ModelVersion,
  wanted: BlockShape,
  probed: BlockShape,
  analyse: Analyse,
  gpu: GpuSpec | undefined,
): number {
  if (gpu === undefined) return analyse(wanted).flops / analyse(probed).flops;
  const seconds = (shape: BlockShape) => {
    const whole = { ranks: 1, frozen: false };
    const plain = { ...shape, checkpoint: false, optimizer: false };
    const { forward, backward } = rooflineBlock(version, plain, analyse, gpu, whole);
    return forward * (shape.checkpoint ? 2 : 1) + backward;
  };
  return seconds(wanted) / seconds(probed);
}
