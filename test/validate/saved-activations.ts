import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyseStep } from '../../models/blocks/analyse.js';
import { architectureOf } from '../../models/blocks/architecture.js';
import { buildStep } from '../../models/blocks/step.js';
import type { BlockShape } from '../../models/blocks/types.js';
import type { BlockKind, Dtype, ModelId } from '../../models/catalog/types.js';
import { formatGiB } from '../../src-main/contract/format.js';
import type { Row, Section } from './section.js';

/** What torch.autograd.graph.saved_tensors_hooks counted over PyTorch's own blocks (test/python/saved_bytes.py). */
export interface Recorded {
  request: {
    kind: BlockKind;
    model: ModelId;
    hidden: number;
    heads: number;
    textTokens: number;
    batch: number;
    latentFrames: number;
    rows: number;
    columns: number;
    dtype: Dtype;
  };
  result: { savedForBackwardBytes: number; sharedBytes: number; parameters: number };
}

/** From the checkout's root. */
export function recordedBytes(): Recorded[] {
  return JSON.parse(readFileSync(join('test', 'fixtures', 'saved-bytes.json'), 'utf8')) as Recorded[];
}

/** What our graph says of a recorded block. */
export function analysed({ request }: Recorded) {
  const { kind, model, hidden, heads, textTokens, ...rest } = request;
  const shape: BlockShape = {
    ...rest,
    model,
    block: kind,
    task: 'train',
    depth: 1,
    checkpoint: false,
    optimizer: false,
  };
  const architecture = { ...architectureOf(model), hidden, heads, textTokens };
  return analyseStep(buildStep(architecture, shape), shape);
}

export function savedActivations(): Section {
  return {
    title: 'Activations saved for the backward',
    about:
      "Of one block, from the graph, against PyTorch's `saved_tensors_hooks` over an independent implementation with fused norms and FlashAttention's rule (test/python/saved_bytes.py).",
    rows: recordedBytes().map(rowOf),
    limits: { worst: 0.03 },
  };
}

function rowOf(recorded: Recorded): Row {
  const { kind, model, batch, latentFrames, rows, columns, dtype, hidden } = recorded.request;
  const truth = recorded.result.savedForBackwardBytes;
  const predicted = analysed(recorded).savedForBackwardBytes;
  return {
    name: `${model} ${kind}, batch ${batch}, ${latentFrames} × ${rows} × ${columns}, width ${hidden}, ${dtype}`,
    published: formatGiB(truth),
    predicted: formatGiB(predicted),
    error: predicted / truth - 1,
    inside: null,
    fitted: false,
    scored: true,
    held: true,
    note: '',
  };
}
