import { describe, expect, it } from 'vitest';
import { fitLine } from '../../../src-main/predict/fit-line.js';
import { lawsOf, lineOf } from '../../../src-renderer/pages/run/laws.js';
import { seriesOf } from '../../../src-renderer/report/series.js';
import { probe } from '../../fixtures/probes.js';

describe('a line of least squares', () => {
  it('goes through points that lie on one', () => {
    expect(
      fitLine([
        [1, 5],
        [2, 7],
        [4, 11],
      ]),
    ).toEqual({ at0: 3, slope: 2 });
  });

  it('lies where its errors balance', () => {
    const { at0, slope } = fitLine([
      [0, 0],
      [1, 2],
      [2, 1],
    ])!;
    expect(at0).toBeCloseTo(0.5);
    expect(slope).toBeCloseTo(0.5);
  });

  it('is none through one place', () => {
    expect(fitLine([])).toBeUndefined();
    expect(
      fitLine([
        [2, 3],
        [2, 4],
      ]),
    ).toBeUndefined();
  });
});

describe('the laws of a sweep', () => {
  const at = (batch: number, frames: number) => probe({ block: 'double', batch, frames });
  const failed = probe({ block: 'double', batch: 6, frames: 65 }, { status: 'crashed', cause: 'x' });
  const modelled = probe({ block: 'double', batch: 8, frames: 65 }, { evidence: 'modelled' });
  const [series] = seriesOf([at(1, 65), at(2, 65), at(4, 65), at(1, 129), failed, modelled]);
  const laws = lawsOf(series!);

  it('rest on what was measured alone, a law for each count of frames', () => {
    expect(laws.map(({ frames, rows }) => [frames, rows.map(({ batch }) => batch)])).toEqual([
      [65, [1, 2, 4]],
      [129, [1]],
    ]);
  });

  it('pass near each point, and are none through one batch', () => {
    const [several, alone] = laws;
    for (const { batch, bytes, tokensPerSecond } of several!.rows) {
      expect(several!.bytesAt!(batch) / bytes).toBeCloseTo(1, 2);
      expect(several!.tokensPerSecondAt!(batch) / tokensPerSecond).toBeCloseTo(1, 1);
    }
    expect(alone!.bytesAt).toBeUndefined();
    expect(lineOf(alone!, ({ bytes }) => bytes, alone!.bytesAt).path).toEqual([]);
  });

  it('are drawn over the batches that were measured, and no further', () => {
    const { path, dots } = lineOf(laws[0]!, ({ bytes }) => bytes, laws[0]!.bytesAt);
    expect([path[0]![0], path.at(-1)![0]]).toEqual([1, 4]);
    expect(dots).toHaveLength(3);
  });
});
