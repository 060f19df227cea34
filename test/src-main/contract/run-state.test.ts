import { describe, expect, it } from 'vitest';
import {
  isRunning,
  mostSamples,
  nextRunState,
  type RunEvent,
  type RunState,
  runShare,
  runStateSchema,
} from '../../../src-main/contract/run-state.js';
import { goReport } from '../../fixtures/reports.js';

const { machine, probes } = goReport();
const missing = { unavailable: 'none' };
const started: RunState = {
  id: 'a',
  startedAt: '2026-11-25T12:00:00.000Z',
  phase: 'detecting',
  request: {
    asked: { flags: { model: 'v1.2', task: 'train' } },
    device: 'cpu',
    gpus: null,
    profile: 'quick',
  },
  machine: null,
  device: null,
  progress: null,
  rehearsal: null,
  probes: [],
  samples: [],
  reportId: null,
  error: null,
};
const detected: RunEvent = { type: 'machine', machine, device: { used: 'cpu', reason: 'a reason' } };
const sample = (seconds: number): RunEvent => ({
  type: 'sample',
  sample: { seconds, usedBytes: 1, powerWatts: missing, smMHz: missing, gpuCelsius: missing },
});
const stateAfter = (...events: RunEvent[]) => events.reduce(nextRunState, started as RunState | null)!;

describe('the state of a run', () => {
  it('goes from detecting to its end, and is valid throughout', () => {
    const progress = { index: 1, total: 4, point: probes[0]!.point, secondsLeft: 3 };
    const events: RunEvent[] = [
      detected,
      { type: 'progress', progress },
      { type: 'probe', probe: probes[0]! },
      sample(1),
      { type: 'ended', phase: 'done', reportId: 'r' },
    ];
    const phases = events.map((_, index) => {
      const state = stateAfter(...events.slice(0, index + 1));
      expect(runStateSchema.safeParse(state).success).toBe(true);
      return state.phase;
    });
    expect(phases).toEqual(['sweeping', 'sweeping', 'sweeping', 'sweeping', 'done']);
    expect(stateAfter(...events)).toMatchObject({ progress: null, reportId: 'r', probes: [probes[0]] });
  });

  it('is as far as its points, and then as the steps that are rehearsed', () => {
    const rehearsal = (step: number): RunEvent => ({
      type: 'rehearsal',
      rehearsal: { attempt: 1, stage: step === 0 ? 'load' : 'steps', step, steps: 20, secondsLeft: null },
    });
    const progress = { index: 2, total: 4, point: probes[0]!.point, secondsLeft: 3 };
    const measured: RunEvent[] = [detected, { type: 'progress', progress }];
    expect(runShare(stateAfter(detected))).toBeNull();
    expect(runShare(stateAfter(...measured))).toEqual({ done: 1, total: 4 });
    expect(runShare(stateAfter(...measured, rehearsal(0)))).toBeNull();
    expect(runShare(stateAfter(...measured, rehearsal(0), rehearsal(7)))).toEqual({ done: 7, total: 20 });
    expect(stateAfter(...measured, rehearsal(0)).phase).toBe('rehearsing');
    expect(stateAfter(detected, { type: 'cancelling' }, rehearsal(1)).phase).toBe('cancelling');
  });

  it('stays cancelling when the machine is read after that was asked for', () => {
    const state = stateAfter({ type: 'cancelling' }, detected);
    expect(state.phase).toBe('cancelling');
    expect(isRunning(state)).toBe(true);
  });

  it('says why it failed, and is over', () => {
    const state = stateAfter(detected, { type: 'failed', error: 'no disk' });
    expect([state.phase, state.error, isRunning(state)]).toEqual(['failed', 'no disk', false]);
  });

  it('keeps the last samples alone', () => {
    const state = stateAfter(...Array.from({ length: mostSamples + 5 }, (_, index) => sample(index)));
    expect(state.samples).toHaveLength(mostSamples);
    expect(state.samples[0]!.seconds).toBe(5);
  });

  it('is nothing before a run, and another with the next', () => {
    expect(nextRunState(null, sample(1))).toBeNull();
    expect(isRunning(null)).toBe(false);
    expect(stateAfter(detected, { type: 'started', run: { ...started, id: 'b' } })).toEqual({
      ...started,
      id: 'b',
    });
  });
});
