import type { Component, Dtype, Task } from './types.js';

const both: Task[] = ['train', 'infer'];

/**
 * T5-v1.1-XXL's encoder, exactly: 32,128 × 4,096 embeddings and 24 layers of four 4,096² projections, a gated MLP of
 * three 4,096 × 10,240 matrices and two norms, one table of relative positions (32 × 64) and a last norm.
 */
const t5Parameters = 32_128 * 4096 + 24 * (4 * 4096 ** 2 + 3 * 4096 * 10_240 + 2 * 4096) + 32 * 64 + 4096;

/**
 * The T5 that reads the prompt.
 * v1.x's inference builds it in fp32 whatever `dtype` says: the encoder's default type is never overridden.
 */
export function t5(dtype: Record<Task, Dtype>): Component {
  return {
    id: 'text-encoder',
    name: 'T5-v1.1-XXL encoder',
    parameters: t5Parameters,
    dtype,
    tasks: both,
    source:
      'v1.2:opensora/models/text_encoder/t5.py, v1.2:scripts/inference.py, main:scripts/diffusion/train.py',
  };
}

/** CLIP-L/14's text model: 12 layers of width 768, 49,408 words, 77 positions. */
export const clip: Component = {
  id: 'clip',
  name: 'CLIP-L/14 text model',
  parameters: (49_408 + 77) * 768 + 12 * (12 * 768 ** 2 + 13 * 768) + 2 * 768,
  dtype: { train: 'bf16', infer: 'bf16' },
  tasks: both,
  source: 'main:opensora/models/text/conditioner.py',
};

/** Both halves of a VAE that upstream holds whole in training and inference alike (v1.x). */
export function wholeVae(name: string, encoder: number, decoder: number, source: string): Component[] {
  const dtype: Record<Task, Dtype> = { train: 'bf16', infer: 'bf16' };
  return [
    { id: 'vae-encoder', name: `${name} encoder`, parameters: encoder, dtype, tasks: both, source },
    { id: 'vae-decoder', name: `${name} decoder`, parameters: decoder, dtype, tasks: both, source },
  ];
}
