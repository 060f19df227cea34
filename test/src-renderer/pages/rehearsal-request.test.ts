import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src-main/contract/report.js';
import { askedRunSchema } from '../../../src-main/contract/run-request.js';
import { tool } from '../../../src-main/contract/tool.js';
import {
  gpusOfRun,
  hindranceHere,
  hindranceOf,
  rehearsalRequest,
  rehearsalSeconds,
} from '../../../src-renderer/pages/report/rehearsal-request.js';
import { dryRunReport } from '../../fixtures/dry-run-reports.js';
import { nothingFitsReport } from '../../fixtures/planned-reports.js';
import { crashedRehearsal } from '../../fixtures/rehearsals.js';
import { goWithChangesReport, noGoReport } from '../../fixtures/reports.js';
import { cpuMachine, h100Machine } from '../../fixtures/sample-machines.js';

const report: Report = { ...goWithChangesReport(), tool };

describe('whether a report can be rehearsed here', () => {
  it.each<[string, Partial<Report>, string | null]>([
    ['one of this machine', {}, null],
    ['a plan', { device: nothingFitsReport().device, profile: null }, 'plan'],
    ['a cancelled one', { state: 'cancelled' }, 'cancelled'],
    ['one whose rehearsal was cancelled', { state: 'cancelled', rehearsal: crashedRehearsal() }, null],
    ['an edited one', { integrity: 'edited' }, 'edited'],
    ['one without a digest', { integrity: { unavailable: 'schema 1' } }, 'edited'],
    ['a redacted one', { redacted: true }, 'redacted'],
    ['one of another version', { tool: { ...tool, version: '0.0.1' } }, 'version'],
    ['one that nothing fits', { ...noGoReport(), tool }, 'nothing'],
    ['one that is too near to call', { recommendation: { unavailable: 'too near to call' } }, null],
    ['one of which nobody knows what is free', { ...dryRunReport(), tool }, 'free'],
  ])('%s', (_, change, expected) => {
    expect(hindranceOf({ ...report, ...change })).toBe(expected);
  });

  it('is not of another machine, nor while a run is under way, nor without its device', () => {
    const machine = h100Machine();
    expect(hindranceHere(report, machine, false)).toBeNull();
    expect(hindranceHere(report, machine, true)).toBe('running');
    expect(hindranceHere(report, cpuMachine(), false)).toBe('elsewhere');
    expect(hindranceHere(report, { ...machine, gpus: machine.gpus.slice(1) }, false)).toBe('elsewhere');
    const providers = machine.providers.filter(({ device }) => device !== 'cuda');
    expect(hindranceHere(report, { ...machine, providers }, false)).toBe('device');
  });
});

describe('the run that is asked for', () => {
  const kept = { id: report.id };

  it('is the same on the same GPUs, rehearsed, and goes on from the report', () => {
    const asked = rehearsalRequest(
      { ...report, command: `${report.command} --gpus 2,3 --gpu 'RTX 4090'` },
      kept,
      'the report',
    );
    expect(askedRunSchema.parse(asked)).toEqual({
      asked: { target: report.target, assumptions: [], name: 'the report' },
      device: 'cuda',
      gpus: [2, 3],
      gpu: 'RTX 4090',
      profile: 'standard',
      rehearse: true,
      goOnFrom: kept,
    });
  });

  it('uses the GPUs of one node that the command names, or the first', () => {
    const machine = h100Machine();
    const indexes = (of: Report) => gpusOfRun(of, machine).map(({ index }) => index);
    expect(indexes(report)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(indexes({ ...report, target: { ...report.target, gpuCount: 4, nodes: 2 } })).toEqual([0, 1]);
    expect(indexes({ ...report, command: `${report.command} --gpus 5` })).toEqual([5]);
    expect(indexes(dryRunReport())).toEqual([]);
  });

  it('takes as long as its steps: three at least, twenty or a minute at most', () => {
    const withStep = (secondsPerStep: number): Report => ({
      ...report,
      prediction: { ...report.prediction, secondsPerStep } as Report['prediction'],
    });
    expect(rehearsalSeconds(withStep(1))).toBe(30 + 20);
    expect(rehearsalSeconds(withStep(10))).toBe(30 + 70);
    expect(rehearsalSeconds(withStep(100))).toBe(30 + 300);
    expect(rehearsalSeconds(dryRunReport())).toBeNull();
  });
});
