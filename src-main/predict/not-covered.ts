import type { ModelVersion } from '../../models/catalog/types.js';
import type { Target } from '../contract/target.js';

/** What the prediction leaves out, in words for the report: nothing untested may look tested. */
export function notCovered(version: ModelVersion, target: Target): string[] {
  const training = target.task === 'train';
  const lines = [
    `Memory that the text encoder works in${training ? ', and saving of checkpoints' : ''}`,
    'Fragmentation of the allocator, beyond what the interval allows for',
  ];
  if (training) {
    lines.push("Time of the optimiser's step, of data loading and of text and video encoding");
    if (version.id === 'v2.0' && !target.cachedVideo) {
      lines.push(
        'Encoding one video at a time, as conditioned runs do (in the interval alone), and encoding without tiles',
      );
    }
  } else {
    lines.push('Time of text encoding and of decoding by the VAE');
    if (version.id === 'v2.0' && target.gpuCount > 1) {
      lines.push('Sharing of the VAE among GPUs: its decoding is taken whole');
    }
  }
  if (target.gpuCount > 1) lines.push('Communication between GPUs');
  if (target.sequenceParallel > 1) lines.push("Sequence parallelism's exchange buffers");
  if (target.tensorParallel > 1)
    lines.push('Tensor parallelism divides the weights; activations are taken whole');
  return lines;
}
