import { z } from 'zod';
import { median } from '../../src-main/probe/statistics.js';
import { findTorch, runPython } from '../support/python.js';
import type { Bench } from './bench.js';
import { probeSpatial, samplesOf, spatial } from './block.js';

const rounds = 2;
const answerSchema = z.object({
  samples: z.array(z.number()).min(1),
  blas: z.array(z.string()),
  torch: z.string(),
});

/** Forward and backward on the CPU over PyTorch eager on the same machine; the two take turns. */
export const pytorch: Bench = {
  id: 'pytorch',
  title: 'STDiT3 spatial, 2,160 tokens, forward and backward, over PyTorch eager',
  limit: 1,
  unit: '×',
  async run() {
    const torch = findTorch();
    if ('absent' in torch) return { skipped: torch.absent };
    const { batch, latentFrames, rows, columns } = spatial;
    const shape = {
      kind: 'spatial',
      model: 'v1.2',
      batch,
      'latent-frames': latentFrames,
      rows,
      columns,
      threads: 2,
      repeats: 5,
    };
    const args = Object.entries(shape).flatMap(([key, value]) => [`--${key}`, String(value)]);
    const ours: number[] = [];
    const theirs: number[] = [];
    let blas = '';
    for (let round = 0; round < rounds; round++) {
      ours.push(...samplesOf(await probeSpatial()));
      const answer = answerSchema.parse(await runPython('bench_block.py', null, { args }));
      theirs.push(...answer.samples);
      blas = `torch ${answer.torch}, ${answer.blas.map((path) => path.split('/').at(-1)).join(', ')}`;
    }
    const [own, other] = [median(ours), median(theirs)];
    return { value: own / other, detail: `${own.toFixed(3)} s over ${other.toFixed(3)} s (${blas})` };
  },
};
