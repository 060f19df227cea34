import type { BlockAnalysis, BlockShape } from '../../../models/blocks/types.js';
import type { ModelVersion } from '../../../models/catalog/types.js';
import type { Analyse } from '../analyser.js';
import type { GpuSpec } from '../gpu-spec.js';
import { forwardTraffic } from './eager-traffic.js';
import { type Rates, ratesOf } from './rates.js';

/** Seconds of one block, and of attention in its forward, which ring attention's transfers hide behind. */
export interface BlockSeconds {
  forward: number;
  /** 0 in inference. */
  backward: number;
  attention: number;
}

/** How the block's work is cut among GPUs, and what of it is trained. */
export interface Division {
  /** Sequence × tensor ranks, which share it evenly. */
  ranks: number;
  /** A LoRA's frozen linear layers need no gradient of their weights: half of a linear's backward. */
  frozen: boolean;
}

/** Python and PyTorch's dispatcher for one kernel: 5–10 µs on server CPUs; a judgement. */
export const launchSeconds = 8e-6;

/** An elementwise operation's backward reads its gradient and what was kept, and writes a gradient for each input. */
const backwardTraffic = 2;

/**
 * Seconds of one block of a version on a card that was not measured: linear layers and attention by their operations
 * (or the weights' bytes where those are more), and what lies between by the bytes that it moves; no less than Python
 * needs to launch the kernels, which runs ahead of the GPU where that is slower.
 */
export function rooflineBlock(
  version: ModelVersion,
  shape: BlockShape,
  analyse: Analyse,
  gpu: GpuSpec,
  { ranks, frozen }: Division,
): BlockSeconds {
  const rates = ratesOf(gpu, version, shape.dtype);
  const once = analyse(shape.task === 'infer' ? shape : { ...shape, task: 'infer' });
  const traffic = forwardTraffic(version, shape, gpu.flashAttention, ranks);
  const launching = traffic.kernels * launchSeconds;
  const attention = once.attentionFlops / rates.attention / ranks;
  const between = traffic.bytes / rates.bytes / ranks;
  const forward = Math.max(linear(once, 1, rates) / ranks + attention + between, launching);
  if (shape.task === 'infer') return { forward, backward: 0, attention };
  const both = analyse(shape);
  const rest = {
    ...both,
    flops: both.flops - once.flops,
    attentionFlops: both.attentionFlops - once.attentionFlops,
  };
  const products = linear(rest, 2, rates) * (frozen ? 0.5 : 1);
  const attended = rest.attentionFlops / rates.attentionBackward;
  const backward = Math.max(
    (products + attended) / ranks + backwardTraffic * between,
    backwardTraffic * launching,
  );
  return { forward, backward, attention };
}

/** Linear layers: by operations, or by reading the weights (and writing their gradients) where tokens are few. */
function linear(
  { flops, attentionFlops, parameterBytes }: BlockAnalysis,
  weightPasses: number,
  rates: Rates,
): number {
  return Math.max((flops - attentionFlops) / rates.matmul, (weightPasses * parameterBytes) / rates.bytes);
}
