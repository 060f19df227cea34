import type { Graph } from '../graph.js';
import type { Value } from '../value.js';
import { binary, scaled, shifted } from './elementwise.js';

const slope = Math.sqrt(2 / Math.PI);
const cubic = 0.044715;

/**
 * GELU by its tanh form (Hendrycks and Gimpel 2016, arXiv 1606.08415), as upstream's
 * `nn.GELU(approximate="tanh")`. Keeps its input.
 *
 * With p(x) = 2·slope·(1 + cubic·x²) and s = sigmoid(x·p) it is x·s, and its derivative
 * s + x·s·(1 − s)·(3p − 4·slope).
 */
export function gelu(graph: Graph, x: Value): Value {
  const y = graph.node('FastGelu', [x], x.shape, { domain: 'com.microsoft' });
  graph.record({
    name: 'gelu',
    inputs: [x],
    outputs: [y],
    saved: [x],
    rule: ([dy], [kept]) => {
      if (!dy) return [];
      const square = binary(graph, 'Mul', kept!, kept!);
      const p = shifted(graph, scaled(graph, square, 2 * slope * cubic), 2 * slope);
      const z = binary(graph, 'Mul', kept!, p);
      const s = graph.node('Sigmoid', [z], x.shape);
      // z·3 − x·4·slope is x times p's own derivative term, so that x·s·(1 − s)·… needs one product less.
      const inner = binary(graph, 'Sub', scaled(graph, z, 3), scaled(graph, kept!, 4 * slope));
      const oneMinus = binary(graph, 'Sub', graph.constant(1, x.type), s);
      const bracket = shifted(graph, binary(graph, 'Mul', oneMinus, inner), 1);
      return [binary(graph, 'Mul', dy, binary(graph, 'Mul', s, bracket))];
    },
  });
  return y;
}

/** SiLU: x·sigmoid(x). Keeps its input. */
export function silu(graph: Graph, x: Value): Value {
  const y = binary(graph, 'Mul', x, graph.node('Sigmoid', [x], x.shape));
  graph.record({
    name: 'silu',
    inputs: [x],
    outputs: [y],
    saved: [x],
    rule: ([dy], [kept]) => {
      if (!dy) return [];
      const s = graph.node('Sigmoid', [kept!], x.shape);
      const oneMinus = binary(graph, 'Sub', graph.constant(1, x.type), s);
      const bracket = shifted(graph, binary(graph, 'Mul', kept!, oneMinus), 1);
      return [binary(graph, 'Mul', dy, binary(graph, 'Mul', s, bracket))];
    },
  });
  return y;
}
