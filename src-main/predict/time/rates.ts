import { bytesPerElement, type Dtype, type ModelVersion } from '../../../models/catalog/types.js';
import type { GpuSpec } from '../gpu-spec.js';

/** What a GPU gets done, as it is reached: operations a second by class, bytes a second of its memory. */
export interface Rates {
  /** Linear layers. */
  matmul: number;
  /** FlashAttention's forward, and its backward. Of the operations that count, padding of heads taken off. */
  attention: number;
  attentionBackward: number;
  convolution: number;
  /** Elementwise kernels and norms. */
  bytes: number;
  /** Bytes of an element. */
  element: number;
}

/**
 * Shares of a card's peak that its kernels reach.
 *
 * Two constants were chosen by published times. `eager`, by v1.2's inference table (v1.2:README.md): copies reach 0.9 of
 * the bandwidth, but PyTorch's kernels over permuted views, and reductions over rows of 72 numbers as q's and k's norms
 * are, do not. `flashAttention3`, from the 0.62 of a benchmark down, with v2.0's 768px (1,656 s) in view. The others come
 * from measurements that others published, or are judgements and say so. v1.2's training, v1.0's throughput and v2.0's
 * 256px were not fitted on. Held by test/src-main/predict/time-published.test.ts.
 */
const efficiency = {
  /** cuBLAS at 1152 to 12288 wide: below the 0.80 (H100) and 0.87 (A100) of the best shapes that stas00's ml-engineering publishes (MAMF). */
  matmul: 0.65,
  /**
   * FlashAttention 3 at head size 128 and 16k tokens: 620 of 989 TFLOP/s (pytorch/benchmark #2391), less a tenth for
   * the clock that a long run at the power limit keeps. v2.0 takes it where it is there (main:opensora/models/mmdit/math.py).
   */
  flashAttention3: 0.55,
  /** FlashAttention 2 on Hopper: "only 35 % utilization" (FlashAttention-3, arXiv 2407.08608); later cards have no better kernel of it. */
  flashAttention2OnHopper: 0.35,
  /** FlashAttention 2 on A100: 50–73 % (arXiv 2307.08691). */
  flashAttention2: 0.6,
  /** Backward over forward: 63 % to 73 % in the same paper, 0.5–0.6 to 0.65–0.75 in FlashAttention 3's. */
  attentionBackward: 0.85,
  /** cuDNN's convolutions at 128 to 512 channels: a judgement, between linear layers and half of them. */
  convolution: 0.4,
  eager: 0.37,
  /** Large contiguous copies: 3.02 of 3.35 TB/s on H100, as benchmarks of device-to-device copies show. */
  copy: 0.9,
} as const;

/** Head sizes for which FlashAttention has kernels: others are padded up (csrc/flash_attn/static_switch.h; hopper/). */
const headSizes2 = [32, 64, 96, 128, 160, 192, 224, 256];
const headSizes3 = [64, 128, 192, 256];

/**
 * The rates of a card for a version and type. A card without bf16 computes in fp16, and one whose matrix units are
 * slower than its cores (Pascal) on those.
 */
export function ratesOf(gpu: GpuSpec, version: ModelVersion, dtype: Dtype): Rates {
  const peak = peakOf(gpu, dtype);
  const three = version.id === 'v2.0' && gpu.architecture === 'hopper';
  const attention = peak * attentionEfficiency(gpu, three) * headShare(version, three);
  return {
    matmul: peak * efficiency.matmul,
    attention,
    attentionBackward: attention * efficiency.attentionBackward,
    convolution: peak * efficiency.convolution,
    bytes: gpu.bandwidth * efficiency.eager,
    element: bytesPerElement[dtype],
  };
}

/** Dense operations a second in a type. */
export function peakOf({ flops }: GpuSpec, dtype: Dtype): number {
  if (dtype === 'fp32') return flops.fp32;
  return Math.max(flops.fp32, dtype === 'bf16' ? (flops.bf16 ?? flops.fp16) : flops.fp16);
}

/** Operations of linear layers a second: what text encoders run at. */
export function matmulRate(gpu: GpuSpec, dtype: Dtype): number {
  return peakOf(gpu, dtype) * efficiency.matmul;
}

/** Bytes a second of kernels that stream through large contiguous tensors: the optimiser's. */
export function copyBandwidth({ bandwidth }: GpuSpec): number {
  return bandwidth * efficiency.copy;
}

function attentionEfficiency(gpu: GpuSpec, three: boolean): number {
  if (three) return efficiency.flashAttention3;
  return gpu.architecture === 'ampere' || gpu.architecture === 'ada'
    ? efficiency.flashAttention2
    : efficiency.flashAttention2OnHopper;
}

/** Of the operations that the kernel does, those of the head's own size: 72 of 96 in v1.x. */
function headShare({ hidden, heads }: ModelVersion, three: boolean): number {
  const size = hidden / heads;
  return size / (three ? headSizes3 : headSizes2).find((padded) => padded >= size)!;
}
