import { describe, expect, it } from 'vitest';
import { backward } from '../../../models/graph/backward.js';
import { checkpoint } from '../../../models/graph/checkpoint.js';
import { Graph } from '../../../models/graph/graph.js';
import { binary, mul } from '../../../models/graph/ops/elementwise.js';
import { linear } from '../../../models/graph/ops/linear.js';
import { split } from '../../../models/graph/ops/shape.js';
import type { Value } from '../../../models/graph/value.js';

function activation(graph: Graph, shape: readonly number[]): Value {
  const value = graph.initializer('x', shape, graph.dtype, 'activation', { random: 1 });
  value.requiresGrad = true;
  return value;
}

/** y = x², by a rule that reads x whatever it keeps. */
function square(graph: Graph, x: Value, saved: readonly Value[]): Value {
  const y = binary(graph, 'Mul', x, x);
  graph.record({
    name: 'square',
    inputs: [x],
    outputs: [y],
    saved,
    rule: ([dy]) => [dy && binary(graph, 'Mul', dy, x)],
  });
  return y;
}

function derive(graph: Graph, y: Value): () => unknown {
  const seed = graph.initializer('seed', y.shape, 'fp32', 'activation', { random: 1 });
  return () => backward(graph, graph.tape, new Map([[y, seed]]));
}

describe('what a backward rule may read', () => {
  it('is not what its operator did not save', () => {
    const graph = new Graph('fp32');
    const x = activation(graph, [2, 3]);
    expect(derive(graph, square(graph, x, []))).toThrow(
      `a backward rule reads ${x.name} in Mul, which its operator did not save`,
    );
  });

  it('is what its operator saved', () => {
    const graph = new Graph('fp32');
    const x = activation(graph, [2, 3]);
    expect(derive(graph, square(graph, x, [x]))).not.toThrow();
  });

  it('is not another activation inside a recomputation either', () => {
    const graph = new Graph('fp32');
    const x = activation(graph, [2, 3]);
    const [y] = checkpoint(graph, [x], ([again]) => [square(graph, again!, [])]);
    expect(derive(graph, y!)).toThrow('did not save');
  });

  it('is not read inside the body of a Scan either', () => {
    const graph = new Graph('fp32');
    const x = activation(graph, [2, 3]);
    const y = binary(graph, 'Mul', x, x);
    graph.record({
      name: 'square',
      inputs: [x],
      outputs: [y],
      saved: [],
      rule: ([dy]) => {
        const body = graph.scanBody([{ shape: [3], type: 'fp32' }], ([row]) => [
          binary(graph, 'Mul', row!, x),
        ]);
        return graph.nodeOf('Scan', [dy!], [[2, 3]], {
          attributes: { body: { graph: body }, num_scan_inputs: 1 },
        });
      },
    });
    expect(derive(graph, y)).toThrow('did not save');
  });
});

describe('the tape', () => {
  it('keeps nothing where no gradient flows', () => {
    const graph = new Graph('fp32');
    const x = activation(graph, [2, 3]);
    x.requiresGrad = false;
    expect(mul(graph, x, x).requiresGrad).toBe(false);
    expect(graph.tape).toEqual([]);
  });

  it('gives no gradient of an input inside the graph that is used up', () => {
    const graph = new Graph('fp32');
    const x = activation(graph, [2, 3]);
    const inner = mul(graph, x, x);
    const y = mul(graph, inner, inner);
    const seed = graph.initializer('seed', y.shape, 'fp32', 'activation', { random: 1 });
    expect([...backward(graph, graph.tape, new Map([[y, seed]])).keys()]).toEqual([x]);
  });

  it('keeps of a checkpoint its inputs alone', () => {
    const graph = new Graph('fp32');
    const x = activation(graph, [4, 6]);
    const weight = graph.parameter('weight', [6, 6], { random: 1 });
    checkpoint(graph, [x], ([again]) => {
      const [left, right] = split(graph, linear(graph, again!, weight, null), 1, [3, 3]);
      return [mul(graph, left!, right!)];
    });
    expect(graph.tape.map(({ name, saved }) => [name, saved])).toEqual([['checkpoint', [x]]]);
  });
});

describe('constants', () => {
  it('are made once for each content', () => {
    const graph = new Graph('fp32');
    expect(graph.constant(2)).toBe(graph.constant(2));
    expect(graph.constant(2)).not.toBe(graph.constant([2]));
    expect(graph.constant([1, 0], 'int64')).not.toBe(graph.constant([1, 0], 'fp32'));
    expect(graph.filled([2, 3], 0)).toBe(graph.filled([2, 3], 0));
    expect(graph.filled([2, 3], 0)).not.toBe(graph.filled([3, 2], 0));
  });
});
