import { z } from 'zod';
import { bytesSchema, reading, secondsSchema } from './evidence.js';
import { phaseIdSchema } from './phase-id.js';
import { conditionsSchema } from './probe.js';
import { blockKindSchema, dtypeSchema } from './target.js';

/** How many steps are rehearsed, and after how many seconds none is begun. */
export interface RehearsalLimits {
  least: number;
  most: number;
  seconds: number;
}

/** Twenty steps or a minute, whichever comes first, and three in any case. */
export const rehearsalLimits: RehearsalLimits = { least: 3, most: 20, seconds: 60 };

/** How a rehearsal ended: of several GPUs, or attempts, the worst or the last. */
export const rehearsalStatusSchema = z.enum([
  'held',
  'out-of-memory',
  'crashed',
  'timed-out',
  'cancelled',
  'not-supported',
]);

/**
 * What a rehearsal does, in this order. `other-phases`: the phases of the run that are not run are held by their size, of
 * inference the VAE's decoding; `margin`: ballast beyond the run's own, on GPUs alone; `upstream`: steps of Open-Sora's own
 * code, where they were asked for.
 */
export const rehearsalStageSchema = z.enum([
  'prepare',
  'ballast',
  'load',
  'first-step',
  'steps',
  'other-phases',
  'margin',
  'upstream',
]);

/** Where a rehearsal stands, for people who wait. */
export const rehearsalProgressSchema = z.object({
  /** From 1: after one that ran out of memory the next best settings have their turn. */
  attempt: z.number().int().positive(),
  stage: rehearsalStageSchema,
  /** Steps that are done, and how many there will be at most. */
  step: z.number().int().nonnegative(),
  steps: z.number().int().positive(),
  /** Null before there is anything to tell it by. */
  secondsLeft: secondsSchema.nullable(),
});

/** A part of what was held, and how: by the graph that ran, or by memory of its size. */
export const heldPartSchema = z.object({
  id: z.string(),
  name: z.string(),
  bytes: bytesSchema,
  how: z.enum(['run', 'ballast']),
  note: z.string(),
});

/** One device of those that were rehearsed at once. */
export const rehearsedDeviceSchema = z.object({
  /** CUDA ordinal; null where it is no GPU of NVIDIA's. */
  gpu: z.number().int().nonnegative().nullable(),
  name: z.string(),
  status: rehearsalStatusSchema,
  /** Why it ended as it did, in one line; empty where it held. */
  cause: z.string(),
  /** Where it ended, where it did not hold. */
  stage: rehearsalStageSchema.nullable(),
  /** By how much memory fell short. */
  missingBytes: reading(bytesSchema),
  /** Free on the device when the rehearsal began. */
  freeBytes: reading(bytesSchema),
  /** Of every step that ended; the first is cold. */
  stepSeconds: z.array(secondsSchema),
  /**
   * Highest in use while the steps ran: live tensors by the allocator's own counters, weights, states and ballast by their
   * size.
   */
  peakBytes: reading(bytesSchema),
  /** Highest that the driver (of the CPU: the system) says this process had there: with what the arena grew beyond use. */
  deviceBytes: reading(bytesSchema),
  ballastBytes: bytesSchema,
  /** What was free beyond the peak: on GPUs held by ballast while a step ran, elsewhere worked out. */
  marginBytes: reading(bytesSchema),
  conditions: reading(conditionsSchema),
});

/** The run's settings held once, on every device at the same time. */
export const rehearsalAttemptSchema = z.object({
  /** By the names of the command line's flags, in camel case. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** The bucket that needs the most. */
  bucket: z.string(),
  status: rehearsalStatusSchema,
  /** The graph that ran. */
  graph: z.object({
    blocks: z.array(
      z.object({
        kind: blockKindSchema,
        count: z.number().int().positive(),
        checkpointed: z.number().int().nonnegative(),
      }),
    ),
    dtype: dtypeSchema,
    /** Samples of a forward, and tokens of each on this rank, text included where attention is joint. */
    batch: z.number().int().positive(),
    tokens: z.number().int().positive(),
    /** All blocks of a kind had the same weights, since the host could not hold all of them; the rest was ballast. */
    sharedWeights: z.boolean(),
    /** What of the run it does not show, in words. */
    notes: z.array(z.string()),
  }),
  parts: z.array(heldPartSchema),
  /** Of the phases that are not run the one that needs the most, where that is more than the steps: reached by ballast. */
  heldPhase: z.object({ phase: phaseIdSchema, bytes: bytesSchema }).nullable(),
  /** What this graph and ballast were expected to take, by the depth law and the sweep's blocks. */
  expected: z.object({ peakBytes: bytesSchema, secondsPerStep: reading(secondsSchema) }),
  /** The highest of the devices' peaks, the slowest of their medians without the first step. */
  rehearsed: z.object({ peakBytes: reading(bytesSchema), secondsPerStep: reading(secondsSchema) }),
  devices: z.array(rehearsedDeviceSchema).min(1),
});

/** Steps of Open-Sora's own code under the exported config. */
export const upstreamRehearsalSchema = z.object({
  status: rehearsalStatusSchema,
  /** Why it ended as it did, in one line; empty where it held. */
  cause: z.string(),
  /** Where it ended, where it did not hold: before its loop of training began, or in it. */
  stage: z.enum(['start', 'steps']).nullable(),
  /** By how much memory fell short, as PyTorch says: what it wanted less what was free. */
  missingBytes: reading(bytesSchema),
  /** The command that was started, and the checkout's commit. */
  command: z.string(),
  commit: reading(z.string()),
  torch: reading(z.string()),
  /** Processes, each on a GPU of its own. */
  ranks: z.number().int().positive(),
  /** The bucket that needs the most, which all steps were of. */
  bucket: z.string(),
  /** Optimiser steps that every rank ended. */
  steps: z.number().int().nonnegative(),
  stepSeconds: z.array(secondsSchema),
  /** Highest of the ranks, as torch.cuda says. */
  peakAllocatedBytes: reading(bytesSchema),
  peakReservedBytes: reading(bytesSchema),
  /** Peak that was predicted for the same settings, context of CUDA left out. */
  expectedPeakBytes: bytesSchema,
});

export const rehearsalSchema = z.object({
  /** ONNX Runtime's provider. */
  provider: z.string(),
  /** Of the last attempt. */
  status: rehearsalStatusSchema,
  /** In the order in which they were made: after one that ran out of memory come the next best settings. */
  attempts: z.array(rehearsalAttemptSchema).min(1),
  upstream: reading(upstreamRehearsalSchema),
  wallSeconds: secondsSchema,
});

export type RehearsalStatus = z.infer<typeof rehearsalStatusSchema>;
export type RehearsalStage = z.infer<typeof rehearsalStageSchema>;
export type RehearsalProgress = z.infer<typeof rehearsalProgressSchema>;
export type HeldPart = z.infer<typeof heldPartSchema>;
export type RehearsedDevice = z.infer<typeof rehearsedDeviceSchema>;
export type RehearsalAttempt = z.infer<typeof rehearsalAttemptSchema>;
export type UpstreamRehearsal = z.infer<typeof upstreamRehearsalSchema>;
export type Rehearsal = z.infer<typeof rehearsalSchema>;
