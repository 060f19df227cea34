import type { Target } from '../contract/target.js';
import { type Finding, finding } from './finding.js';

/** What upstream's own scripts make of the settings, whatever the GPU. */
export function scriptFindings(target: Target): Finding[] {
  return [...fullPrecision(target), ...inferenceGroup(target)];
}

/**
 * fp32 is not for every run: v1.x's training asserts fp16 or bf16 (v1.2:scripts/train.py), and FlashAttention, which v2.0
 * always takes, has no kernels for it (main:opensora/models/mmdit/math.py).
 */
export function takesFullPrecision({ model, task }: Pick<Target, 'model' | 'task'>): boolean {
  return model !== 'v2.0' && task === 'infer';
}

function fullPrecision(target: Target): Finding[] {
  const { model, dtype } = target;
  if (dtype !== 'fp32') return [];
  if (!takesFullPrecision(target)) {
    const text =
      model === 'v2.0'
        ? 'v2.0 needs FlashAttention, which takes fp16 and bf16 alone; --dtype bf16 would run'
        : `The training of ${model} takes fp16 and bf16 alone; --dtype bf16 would run`;
    return [finding('full-precision', 'fail', 'no-go', text, 'published', true)];
  }
  const text =
    'FlashAttention takes no fp32: the config must say enable_flash_attn=False, and attention holds its scores, which is in the memory predicted';
  return [finding('full-precision', 'look', 'go', text, 'published')];
}

/**
 * v1.x's inference makes all GPUs of a launch one sequence group (v1.2:scripts/inference.py `world_size > 1`); several
 * videos at once are as many launches. v1.1's blocks share nothing, so that its GPUs all do the same.
 */
function inferenceGroup({ model, task, gpuCount, sequenceParallel }: Target): Finding[] {
  if (model === 'v2.0' || task === 'train' || gpuCount === sequenceParallel) return [];
  const text =
    model === 'v1.1'
      ? `A launch of v1.1's inference on ${gpuCount} GPUs repeats each video on all of them; a launch for each GPU is what is taken here`
      : `A launch of ${model}'s inference shares each video among all its GPUs, as --sp ${gpuCount} says; launches on ${sequenceParallel} of the ${gpuCount} GPUs each are what is taken here`;
  return [finding('inference-group', 'look', 'go', text, 'published')];
}
