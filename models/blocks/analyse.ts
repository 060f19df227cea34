import { bytesPerElement } from '../catalog/types.js';
import { heldBetween, livePeaks, runOrder } from '../graph/schedule.js';
import { byteSize, elements, type Value } from '../graph/value.js';
import { architectureOf } from './architecture.js';
import { streamLengths } from './forward.js';
import { type BuiltStep, buildStep } from './step.js';
import type { BlockAnalysis, BlockShape } from './types.js';

/** Builds a version's block at full width and works out what the graph alone says of it. */
export function analyseBlock(shape: BlockShape): BlockAnalysis {
  return analyseStep(buildStep(architectureOf(shape.model), shape), shape);
}

/** What the graph alone says of a step that is built. */
export function analyseStep(step: BuiltStep, shape: BlockShape): BlockAnalysis {
  const { graph, saved } = step;
  const order = runOrder(graph.nodes, [step.output]);
  const peaks = livePeaks(graph, order);
  const parameters = graph.parameters.reduce((sum, { shape: dims }) => sum + elements(dims), 0);
  const states = graph.initializers.filter(({ value }) => value.storage.origin === 'state');
  return {
    parameters: parameters / shape.depth,
    flops: order.reduce((sum, node) => sum + node.flops, 0),
    attentionFlops: order.reduce((sum, node) => sum + (node.class === 'attention' ? node.flops : 0), 0),
    savedForBackwardBytes: saved.total,
    sharedSavedBytes: saved.shared,
    liveBytes: peaks.live,
    attentionScratchBytes: peaks.live - peaks.withoutAttentionScratch,
    fusedLiveBytes: peaks.fused,
    heldForBackwardBytes:
      shape.task === 'train'
        ? heldBetween(graph.nodes, step.forwardNodes) - bytesOf(step.forward.leaving)
        : 0,
    blockInputBytes: bytesOf(step.forward.entering),
    parameterBytes: parameters * bytesPerElement[shape.dtype],
    optimizerStateBytes: states.reduce((sum, { value }) => sum + value.storage.bytes, 0),
    nodes: order.length,
  };
}

const bytesOf = (values: readonly Value[]) =>
  values.reduce((sum, { shape, type }) => sum + byteSize(shape, type), 0);

/** Tokens of one sample that a block works on, text included where attention is joint. */
export function blockTokens(shape: BlockShape): number {
  return streamLengths(architectureOf(shape.model), shape.block, shape).reduce(
    (sum, length) => sum + length,
    0,
  );
}
