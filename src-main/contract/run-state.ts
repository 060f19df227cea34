import { z } from 'zod';
import { bytesSchema, reading, secondsSchema } from './evidence.js';
import { machineSchema } from './machine.js';
import { pointSchema, probeSchema } from './probe.js';
import { rehearsalProgressSchema } from './rehearsal.js';
import { askedRunSchema } from './run-request.js';

/** Where a sweep stands; the point under way is not among its probes yet. */
export const sweepProgressSchema = z.object({
  /** Position of the point under way, from 1, and how many are planned. */
  index: z.number().int().positive(),
  total: z.number().int().positive(),
  point: pointSchema,
  secondsLeft: secondsSchema,
});

/** The measured GPU, or the host's memory where there is none, at one moment of a run. */
export const runSampleSchema = z.object({
  /** Since the run began. */
  seconds: secondsSchema,
  usedBytes: reading(bytesSchema),
  powerWatts: reading(z.number().nonnegative()),
  smMHz: reading(z.number().nonnegative()),
  gpuCelsius: reading(z.number()),
});

export const runPhaseSchema = z.enum([
  'detecting',
  'sweeping',
  'rehearsing',
  'cancelling',
  'done',
  'cancelled',
  'failed',
]);

/** Everything that a page shows of a run, so that whoever comes later sees what those see that were there all along. */
export const runStateSchema = z.object({
  id: z.string(),
  startedAt: z.iso.datetime(),
  phase: runPhaseSchema,
  request: askedRunSchema,
  machine: machineSchema.nullable(),
  device: z.object({ used: z.string(), reason: z.string() }).nullable(),
  progress: sweepProgressSchema.nullable(),
  /** Where the rehearsal stands, once it has begun. */
  rehearsal: rehearsalProgressSchema.nullable().default(null),
  probes: z.array(probeSchema),
  /** The last ones, oldest first. */
  samples: z.array(runSampleSchema),
  /** Of the report in the history, once it is there. */
  reportId: z.string().nullable(),
  /** What went wrong beside it, such as a history that could not be written. */
  warning: z.string().optional(),
  /** Why it failed, in one line. */
  error: z.string().nullable(),
});

/** What changes a run's state; `started` replaces it whole. */
export const runEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started'), run: runStateSchema }),
  z.object({ type: z.literal('machine'), machine: machineSchema, device: runStateSchema.shape.device }),
  z.object({ type: z.literal('progress'), progress: sweepProgressSchema }),
  z.object({ type: z.literal('probe'), probe: probeSchema }),
  z.object({ type: z.literal('rehearsal'), rehearsal: rehearsalProgressSchema }),
  z.object({ type: z.literal('sample'), sample: runSampleSchema }),
  z.object({ type: z.literal('cancelling') }),
  z.object({
    type: z.literal('ended'),
    phase: z.enum(['done', 'cancelled']),
    reportId: z.string(),
    warning: z.string().optional(),
  }),
  z.object({ type: z.literal('failed'), error: z.string() }),
]);

export type SweepAt = z.infer<typeof sweepProgressSchema>;
export type RunSample = z.infer<typeof runSampleSchema>;
export type RunState = z.infer<typeof runStateSchema>;
export type RunEvent = z.infer<typeof runEventSchema>;

/** Two minutes at 2 Hz: what a live curve shows, whatever the length of the run. */
export const mostSamples = 240;

/** The state after an event: the main side and every page keep it by this one function. */
export function nextRunState(state: RunState | null, event: RunEvent): RunState | null {
  if (event.type === 'started') return event.run;
  if (state === null) return null;
  switch (event.type) {
    case 'machine':
      return {
        ...state,
        phase: state.phase === 'detecting' ? 'sweeping' : state.phase,
        machine: event.machine,
        device: event.device,
      };
    case 'progress':
      return { ...state, progress: event.progress };
    case 'probe':
      return { ...state, probes: [...state.probes, event.probe] };
    case 'rehearsal':
      return {
        ...state,
        phase: state.phase === 'sweeping' ? 'rehearsing' : state.phase,
        progress: null,
        rehearsal: event.rehearsal,
      };
    case 'sample':
      return { ...state, samples: [...state.samples, event.sample].slice(-mostSamples) };
    case 'cancelling':
      return { ...state, phase: 'cancelling' };
    case 'ended':
      return {
        ...state,
        phase: event.phase,
        progress: null,
        reportId: event.reportId,
        ...(event.warning !== undefined && { warning: event.warning }),
      };
    case 'failed':
      return { ...state, phase: 'failed', progress: null, error: event.error };
  }
}

/** How far the run is, where that can be told: points that were measured, or steps that were rehearsed. */
export function runShare({ progress, rehearsal }: RunState): { done: number; total: number } | null {
  if (progress !== null) return { done: progress.index - 1, total: progress.total };
  if (rehearsal === null || rehearsal.step === 0) return null;
  return { done: rehearsal.step, total: rehearsal.steps };
}

/** Whether a sweep is under way, so that no second one may start. */
export function isRunning(state: RunState | null): boolean {
  return state !== null && ['detecting', 'sweeping', 'rehearsing', 'cancelling'].includes(state.phase);
}
