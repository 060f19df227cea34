import type { ModelVersion } from '../../models/catalog/types.js';
import type { Target } from '../contract/target.js';

/** What the prediction leaves out, in words for the report: nothing untested may look tested. */
export function notCovered(version: ModelVersion, target: Target): string[] {
  const training = target.task === 'train';
  const lines = [
    training
      ? 'Phases other than the steady step: loading, encoding of video and text, saving'
      : 'Phases other than denoising: loading, text encoding, decoding by the VAE (it can be the peak)',
    'Fragmentation of the allocator, beyond what the interval allows for',
  ];
  if (version.id !== 'v2.0') {
    lines.push(
      'Norms that upstream does not fuse and attention that falls off FlashAttention (in the interval alone)',
    );
  }
  if (training) {
    lines.push("Time of the optimiser's step, of data loading and of text and video encoding");
    if (target.ema && version.training.emaBytesPerParameter === 4) {
      lines.push('The whole fp32 copy of the weights that v1.x makes for EMA before it shards it');
    }
  }
  if (target.gpuCount > 1) lines.push('Communication between GPUs');
  if (target.sequenceParallel > 1) lines.push("Sequence parallelism's exchange buffers");
  if (target.tensorParallel > 1)
    lines.push('Tensor parallelism divides the weights; activations are taken whole');
  return lines;
}
