import type { ModelVersion } from '../../models/catalog/types.js';
import type { Target } from '../contract/target.js';

/** What the prediction leaves out, in words for the report: nothing untested may look tested. */
export function notCovered(version: ModelVersion, target: Target): string[] {
  const training = target.task === 'train';
  const lines = [
    ...(training ? ["GPU memory that saving a checkpoint takes, beyond v1.x's EMA"] : []),
    'Fragmentation of the allocator, beyond what the interval allows for',
  ];
  if (training && version.id === 'v2.0' && !target.cachedVideo) {
    lines.push(
      `Encoding ${target.i2v ? '' : 'one video at a time, and encoding '}without tiles (in the interval at the most)`,
    );
  }
  if (training && target.loraRank !== null) {
    lines.push('A LoRA on other layers than all of attention and MLP (in the interval alone)');
  }
  return lines;
}
