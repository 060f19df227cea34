import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyseStep } from '../../../models/blocks/analyse.js';
import { architectureOf } from '../../../models/blocks/architecture.js';
import { buildStep } from '../../../models/blocks/step.js';
import type { BlockShape } from '../../../models/blocks/types.js';
import type { BlockKind, Dtype, ModelId } from '../../../models/catalog/types.js';

interface Recorded {
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

// What torch.autograd.graph.saved_tensors_hooks counted over PyTorch's own blocks (test/python/saved_bytes.py).
const recorded = JSON.parse(
  readFileSync(new URL('../../fixtures/saved-bytes.json', import.meta.url), 'utf8'),
) as Recorded[];

describe('bytes saved for backward, against PyTorch', () => {
  it.each(recorded)(
    '$request.model $request.kind, batch $request.batch, $request.latentFrames × $request.rows × $request.columns, $request.dtype',
    ({ request, result }) => {
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
      const analysis = analyseStep(buildStep(architecture, shape), shape);
      expect(analysis.parameters).toBe(result.parameters);
      const error = analysis.savedForBackwardBytes / result.savedForBackwardBytes - 1;
      expect(Math.abs(error), `off by ${(100 * error).toFixed(2)} %`).toBeLessThan(0.03);
    },
  );
});
