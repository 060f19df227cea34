import { describe, expect, it } from 'vitest';
import { analysed, recordedBytes } from '../../validate/saved-activations.js';

describe('bytes saved for backward, against PyTorch', () => {
  it.each(recordedBytes())(
    '$request.model $request.kind, batch $request.batch, $request.latentFrames × $request.rows × $request.columns, $request.dtype',
    (recorded) => {
      const { result } = recorded;
      const analysis = analysed(recorded);
      expect(analysis.parameters).toBe(result.parameters);
      const error = analysis.savedForBackwardBytes / result.savedForBackwardBytes - 1;
      expect(Math.abs(error), `off by ${(100 * error).toFixed(2)} %`).toBeLessThan(0.03);
    },
  );
});
