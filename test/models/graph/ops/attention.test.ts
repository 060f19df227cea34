import { describe, expect, it } from 'vitest';
import { backward, savedBytes } from '../../../../models/graph/backward.js';
import { Graph } from '../../../../models/graph/graph.js';
import { attention, type KeyMask } from '../../../../models/graph/ops/attention.js';
import { planChunks } from '../../../../models/graph/ops/attention-chunks.js';
import { checkOperator, randomTensor, type Tensor, tensor } from '../../../support/run-graph.js';

/** Softmax attention as it is written down, scores held whole. */
const plain =
  (heads: number, keep?: readonly number[]) =>
  ([q, k, v]: readonly Tensor[]): Tensor[] => {
    const [batch, queries, width] = q!.shape as [number, number, number];
    const keys = k!.shape[1]!;
    const dim = width / heads;
    const data = new Float64Array(q!.data.length);
    const weights = new Float64Array(keys);
    for (let b = 0; b < batch; b++)
      for (let head = 0; head < heads; head++)
        for (let row = 0; row < queries; row++) {
          const at = (b * queries + row) * width + head * dim;
          let total = 0;
          for (let key = 0; key < keys; key++) {
            const other = (b * keys + key) * width + head * dim;
            let score = 0;
            for (let i = 0; i < dim; i++) score += q!.data[at + i]! * k!.data[other + i]!;
            const weight = keep && !keep[b * keys + key] ? 0 : Math.exp(score / Math.sqrt(dim));
            weights[key] = weight;
            total += weight;
          }
          for (let key = 0; key < keys; key++) {
            const other = (b * keys + key) * width + head * dim;
            for (let i = 0; i < dim; i++) data[at + i]! += (weights[key]! / total) * v!.data[other + i]!;
          }
        }
    return [tensor(q!.shape, data)];
  };

interface AttentionCase {
  name: string;
  batch: number;
  heads: number;
  queries: number;
  keys: number;
  dim: number;
  /** Scores that the backward may hold. */
  scoreBytes?: number;
  plan: ReturnType<typeof planChunks>;
  masked?: boolean;
}

const cases: AttentionCase[] = [
  { name: 'whole', batch: 2, heads: 2, queries: 5, keys: 5, dim: 4, plan: { kind: 'whole' } },
  { name: 'whole, across', batch: 2, heads: 3, queries: 5, keys: 7, dim: 4, plan: { kind: 'whole' } },
  {
    name: 'whole, masked',
    batch: 3,
    heads: 2,
    queries: 4,
    keys: 6,
    dim: 4,
    masked: true,
    plan: { kind: 'whole' },
  },
  {
    name: 'chunks of samples',
    batch: 6,
    heads: 2,
    queries: 4,
    keys: 5,
    dim: 4,
    scoreBytes: 2 * 2 * 4 * 5 * 4,
    plan: { kind: 'batches', count: 3, size: 2 },
  },
  {
    name: 'chunks of one sample, masked',
    batch: 5,
    heads: 2,
    queries: 4,
    keys: 5,
    dim: 4,
    scoreBytes: 4 * 2 * 4 * 5 * 4,
    masked: true,
    plan: { kind: 'batches', count: 5, size: 1 },
  },
  {
    name: 'chunks of queries',
    batch: 2,
    heads: 2,
    queries: 240,
    keys: 3,
    dim: 2,
    scoreBytes: 1024,
    plan: { kind: 'queries', count: 2, size: 120 },
  },
  {
    name: 'chunks of queries, the last padded',
    batch: 1,
    heads: 2,
    queries: 257,
    keys: 4,
    dim: 2,
    scoreBytes: 1024,
    plan: { kind: 'queries', count: 3, size: 128 },
  },
  {
    name: 'chunks of queries, padded and masked',
    batch: 2,
    heads: 1,
    queries: 131,
    keys: 6,
    dim: 2,
    scoreBytes: 1024,
    masked: true,
    plan: { kind: 'queries', count: 2, size: 128 },
  },
];

/** Some keys of every sample hidden, never the first. */
const keepOf = ({ batch, keys }: AttentionCase) =>
  Array.from({ length: batch * keys }, (_, index) => (index % keys === 0 || (index * 7) % 3 !== 0 ? 1 : 0));

function maskOf(graph: Graph, spec: AttentionCase): KeyMask {
  const keep = keepOf(spec);
  const shape = [spec.batch, spec.keys];
  const bias = keep.map((real) => (real ? 0 : -3e4));
  return {
    keep: graph.initializer('keep', shape, 'int32', 'constant', { values: keep }),
    bias: graph.initializer('bias', shape, 'fp32', 'activation', { values: bias }),
  };
}

describe('attention', () => {
  it.each(cases)('$name', async (spec) => {
    const { batch, heads, queries, keys, dim, scoreBytes, plan, masked } = spec;
    const graph = new Graph('fp32', scoreBytes);
    expect(planChunks(batch, heads, queries, keys, 4, graph.scoreBytes)).toEqual(plan);
    const errors = await checkOperator({
      inputs: [
        randomTensor([batch, queries, heads * dim], 1, 1.5),
        randomTensor([batch, keys, heads * dim], 2, 1.5),
        randomTensor([batch, keys, heads * dim], 3),
      ],
      graph,
      build: (_, [q, k, v]) => [
        attention(graph, q!, k!, v!, heads, masked ? maskOf(graph, spec) : undefined),
      ],
      reference: plain(heads, masked ? keepOf(spec) : undefined),
    });
    expect(graph.nodes.some(({ op }) => op === 'Scan')).toBe(plan.kind !== 'whole');
    for (const error of [...errors.outputs, ...errors.gradients]) expect(error).toBeLessThan(2e-5);
  });

  it('keeps q, k, v, its output and a log-sum-exp of each row', () => {
    const graph = new Graph('bf16');
    const [q, k, v] = [4, 6, 6].map((length) => {
      const x = graph.initializer('x', [2, length, 16], 'bf16', 'activation', { random: 1 });
      x.requiresGrad = true;
      return x;
    });
    attention(graph, q!, k!, v!, 2);
    expect(savedBytes(graph.tape).total).toBe(2 * (2 * 2 * 4 * 16 + 2 * 2 * 6 * 16) + 4 * 2 * 2 * 4);
  });
});

describe('chunks of an attention', () => {
  const limit = 64 * 2 ** 20;

  it('are not cut where all scores fit', () => {
    expect(planChunks(1, 16, 1024, 1024, 4, limit)).toEqual({ kind: 'whole' });
    expect(planChunks(1, 16, 1024, 1025, 4, limit).kind).not.toBe('whole');
  });

  it.each([
    [15, 16, 144, 300, 2],
    [15, 16, 576, 576, 4],
    [36, 16, 880, 880, 2],
    [3600, 16, 30, 30, 2],
    [7, 16, 1000, 1000, 2],
    [1, 24, 3600, 3600, 2],
    [1, 24, 76_544, 76_544, 2],
    [2, 24, 9_216 + 512, 9_216 + 512, 2],
    [4, 16, 7919, 300, 4],
  ])(
    'of %i × %i heads × %i × %i scores of %i bytes cover everything and no more than they must',
    (batch, heads, queries, keys, bytes) => {
      const plan = planChunks(batch, heads, queries, keys, bytes, limit);
      const row = heads * keys * bytes;
      if (plan.kind === 'whole') {
        expect(batch * queries * row).toBeLessThanOrEqual(limit);
      } else if (plan.kind === 'batches') {
        expect(plan.count * plan.size).toBe(batch);
        expect(plan.size * queries * row).toBeLessThanOrEqual(limit);
      } else {
        expect(plan.count * plan.size).toBeGreaterThanOrEqual(queries);
        expect((plan.count - 1) * plan.size).toBeLessThan(queries);
        expect(batch * plan.size * row).toBeLessThanOrEqual(Math.max(limit, batch * 128 * row));
        // Padding is less than one chunk, and chunks are not needlessly many.
        expect(plan.count).toBeLessThanOrEqual(
          2 * Math.ceil(queries / Math.max(128, Math.floor(limit / (batch * row)))),
        );
      }
    },
  );

  it('are fewer than 1,000 for v2.0 at 768 px and 129 frames', () => {
    const plan = planChunks(1, 24, 76_544, 76_544, 2, limit);
    expect(plan).toMatchObject({ kind: 'queries' });
    expect((plan as { count: number }).count).toBeLessThan(1000);
  });
});

it('an attention whose output no gradient reaches adds nothing', () => {
  const graph = new Graph('fp32');
  const x = graph.initializer('x', [1, 4, 8], 'fp32', 'activation', { random: 1 });
  x.requiresGrad = true;
  attention(graph, x, x, x, 2);
  const before = graph.nodes.length;
  backward(graph, graph.tape, new Map());
  expect(graph.nodes.length).toBe(before);
});
