import { describe, expect, it } from 'vitest';
import { analyseBlock } from '../../../models/blocks/analyse.js';
import type { Probe } from '../../../src-main/contract/probe.js';
import { agreementOf } from '../../../src-main/predict/agreement.js';
import { findGpu } from '../../../src-main/predict/gpus.js';
import { reportOfText } from '../../../src-main/report/read-report.js';
import { v1Text } from '../../fixtures/v1-reports.js';

/** Probes that really ran, fp32 on a CPU. */
const { probes } = reportOfText(v1Text('run-cpu'));
const unknown = { of: 'unknown', reason: 'a CPU' } as const;
const analyse = analyseBlock;

describe('what was predicted beside what was measured', () => {
  it('has the live bytes of each kind of probe that ran, which the graph says to within 0.5 %', () => {
    const rows = agreementOf(probes, analyse, unknown);
    expect(rows.map(({ point: { block, optimizer, checkpoint } }) => [block, optimizer, checkpoint])).toEqual(
      [
        ['spatial', false, false],
        ['temporal', false, false],
        ['spatial', true, false],
        ['temporal', true, false],
        ['spatial', false, true],
        ['temporal', false, true],
      ],
    );
    for (const { quantity, predicted, measured } of rows) {
      expect(quantity).toBe('live-bytes');
      expect(Math.abs(predicted / measured - 1)).toBeLessThan(0.005);
    }
  });

  it('has seconds where the measured device is in the catalogue, without AdamW and recomputation', () => {
    const speed = { of: 'measured-device', gpu: findGpu('H100') } as const;
    const seconds = agreementOf(probes, analyse, speed).filter(({ quantity }) => quantity === 'seconds');
    expect(seconds.map(({ point: { block } }) => block)).toEqual(['spatial', 'temporal']);
    for (const { predicted, measured } of seconds) {
      expect(predicted).toBeGreaterThan(0);
      // An H100's datasheet, and what two cores of a CPU took: faster by far, by how much is not for this test.
      expect(predicted).toBeLessThan(measured / 10);
    }
  });

  it('says nothing of what did not run, or was modelled', () => {
    const failed = probes.map((probe): Probe => ({ ...probe, status: 'crashed' }));
    const modelled = probes.map((probe): Probe => ({ ...probe, evidence: 'modelled' }));
    expect(agreementOf([...failed, ...modelled], analyse, unknown)).toEqual([]);
  });

  it('takes the largest of a kind', () => {
    const [first] = probes;
    const larger = { ...first!, point: { ...first!.point, batch: 2 } };
    expect(agreementOf([first!, larger], analyse, unknown).map(({ point }) => point.batch)).toEqual([2]);
  });
});
