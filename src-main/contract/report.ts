import { z } from 'zod';
import { bytesSchema, evidenceSchema, reading, secondsSchema } from './evidence.js';
import { taughtSchema } from './lesson.js';
import { machineSchema } from './machine.js';
import { phaseIdSchema } from './phase-id.js';
import { pointSchema, probeSchema } from './probe.js';
import { rehearsalSchema } from './rehearsal.js';
import { deviceSchema, judgedGpuSchema, profileSchema, targetSchema } from './target.js';

/** Of the reports that this program writes; it reads this and every older one (report/versions). */
export const schemaVersion = 2;

export const verdictStatusSchema = z.enum(['go', 'go-with-changes', 'no-go', 'inconclusive']);

/** One argument for the verdict. Nothing untested ever counts as a pass. */
export const reasonSchema = z.object({
  id: z.string(),
  status: z.enum(['pass', 'fail', 'look', 'not-tested']),
  text: z.string(),
  evidence: evidenceSchema,
});

/** A named part of the predicted peak on each GPU. */
export const partSchema = z.object({
  id: z.string(),
  name: z.string(),
  bytes: bytesSchema,
  evidence: evidenceSchema,
  /** How the figure was made, with its source. */
  note: z.string(),
});

const range = <T extends z.ZodType>(value: T) => z.tuple([value, value]);

/** A time of the run with a high point of its own: the worst bucket's. Its parts add up to its bytes. */
export const phaseSchema = z.object({
  id: phaseIdSchema,
  bytes: bytesSchema,
  range: range(bytesSchema),
  parts: z.array(partSchema).min(1),
});

/** A named part of the time: of every step, or once for the whole run (inference: text encoding, decoding). */
export const timePartSchema = z.object({
  id: z.string(),
  name: z.string(),
  per: z.enum(['step', 'run']),
  seconds: secondsSchema,
  evidence: evidenceSchema,
  note: z.string(),
});

/** One bucket of the target, in the target's order. */
export const bucketPredictionSchema = z.object({
  label: z.string(),
  share: z.number().min(0).max(1),
  peakBytes: bytesSchema,
  range: range(bytesSchema),
  /** The phase of its peak. */
  phase: phaseIdSchema,
  secondsPerStep: reading(secondsSchema),
});

export const predictionSchema = z.object({
  peakBytesPerGpu: bytesSchema,
  /** Of the phase that is the peak. */
  parts: z.array(partSchema).min(1),
  phase: phaseIdSchema,
  phases: z.array(phaseSchema).min(1),
  buckets: z.array(bucketPredictionSchema).min(1),
  /** An optimiser step in training, a denoising step in inference; the buckets' mean by their shares. */
  secondsPerStep: reading(secondsSchema),
  secondsPerStepEvidence: evidenceSchema,
  /** What adds up to it, and what the run takes once. */
  timeParts: z.array(timePartSchema),
  /** Training: of `steps`; inference: of one batch of videos, from prompt to pixels. */
  secondsTotal: reading(secondsSchema),
  samplesPerDay: reading(z.number().nonnegative()),
  /** Of all GPUs over `secondsTotal`, at their power limit: an upper bound. */
  energyJoules: reading(z.number().nonnegative()),
  /** Host memory that each rank takes, with the parts that add up to it. */
  host: z.object({ bytesPerRank: bytesSchema, range: range(bytesSchema), parts: z.array(partSchema) }),
  /** What one saved checkpoint of the training takes on disk; null in inference. */
  savedCheckpointBytes: bytesSchema.nullable(),
  interval: z.object({ peakBytes: range(bytesSchema), secondsPerStep: reading(range(secondsSchema)) }),
  /** What earlier rehearsals of this machine changed in the figures above. */
  lessons: z.array(taughtSchema).default([]),
});

export const verdictSchema = z.object({
  status: verdictStatusSchema,
  /** The first line a person reads; says when this was a dry run. */
  headline: z.string(),
  /** Memory that counted as free, and what is kept back of it. */
  freeBytes: reading(bytesSchema),
  reserveBytes: bytesSchema,
  reasons: z.array(reasonSchema).min(1),
});

const settingsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export const recommendationSchema = z.object({
  /** By the names of the command line's flags, in camel case. */
  settings: settingsSchema,
  /** The micro-batch of each of the target's buckets. */
  batches: z.array(z.number().int().positive()),
  /** In the order in which to make them; each against what stands before it. */
  changes: z.array(
    z.object({
      setting: z.string(),
      from: z.string(),
      to: z.string(),
      /** Change of the peak and of the step; negative is less. */
      bytes: z.number().int(),
      seconds: reading(z.number()),
    }),
  ),
});

/** Where nothing fits: the settings that come nearest, and what would do. */
export const nearestMissSchema = z.object({
  settings: settingsSchema,
  /** Top of the interval with these settings, and by how much that and the reserve exceed what is free. */
  peakBytes: bytesSchema,
  shortBytes: bytesSchema,
  /** The smallest GPU of the catalogue on which the run would go with its GPU count, and the fewest GPUs of this memory. */
  smallestGpu: reading(z.string()),
  gpuCount: reading(z.number().int().positive()),
});

/** The largest value of what was solved for that fits with everything else as asked; the report's target has it. */
export const solvedSchema = z.object({
  variable: z.enum(['batch', 'frames', 'resolution']),
  asked: z.string(),
  value: z.string(),
});

/** A block's figure that was predicted without a measurement, beside what was measured. */
export const agreementSchema = z.object({
  point: pointSchema,
  /** Peak of live tensors, from the graph; a step's seconds, from the GPU's datasheet. */
  quantity: z.enum(['live-bytes', 'seconds']),
  predicted: z.number().nonnegative(),
  measured: z.number().nonnegative(),
});

/**
 * Whether a report says what Preflight wrote: `edited` once its digest was found not to match, or once it was made from
 * one that was. It stays so in all that is made of it. No signature: whoever wants to can work out a new digest.
 */
export const integritySchema = reading(z.enum(['intact', 'edited']));

export const reportSchema = z.object({
  kind: z.literal('preflight-report'),
  schemaVersion: z.literal(schemaVersion),
  integrity: integritySchema,
  /** Whether names, paths and serial numbers were replaced, as in every export without `--reveal`. */
  redacted: z.boolean(),
  /** SHA-256 of all the rest as canonical JSON (RFC 8785). */
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  id: z.string(),
  createdAt: z.iso.datetime(),
  tool: z.object({ name: z.string(), version: z.string() }),
  /** The exact command that makes this report again. */
  command: z.string(),
  /** Whether the sweep ran to its end. */
  state: z.enum(['complete', 'cancelled', 'running']),
  /** How long the sweep might take; null where nothing was run (`preflight plan`). */
  profile: profileSchema.nullable(),
  device: z.object({ asked: deviceSchema, used: z.string(), reason: z.string() }),
  judgedGpu: judgedGpuSchema.nullable(),
  machine: machineSchema,
  target: targetSchema,
  probes: z.array(probeSchema),
  prediction: reading(predictionSchema),
  /** Empty where nothing was measured. */
  agreement: z.array(agreementSchema).default([]),
  verdict: verdictSchema,
  recommendation: reading(recommendationSchema),
  nearestMiss: reading(nearestMissSchema),
  solved: reading(solvedSchema),
  /** The recommended settings held once at full depth, or why they were not. */
  rehearsal: reading(rehearsalSchema),
  notTested: z.array(z.string()),
  /** What a config file leaves open, and how it was read. */
  assumptions: z.array(z.string()),
  wallSeconds: secondsSchema,
});

export type VerdictStatus = z.infer<typeof verdictStatusSchema>;
export type Reason = z.infer<typeof reasonSchema>;
export type Part = z.infer<typeof partSchema>;
export type Prediction = z.infer<typeof predictionSchema>;
export type Verdict = z.infer<typeof verdictSchema>;
export type Recommendation = z.infer<typeof recommendationSchema>;
export type Phase = z.infer<typeof phaseSchema>;
export type { PhaseId } from './phase-id.js';
export type TimePart = z.infer<typeof timePartSchema>;
export type BucketPrediction = z.infer<typeof bucketPredictionSchema>;
export type NearestMiss = z.infer<typeof nearestMissSchema>;
export type Solved = z.infer<typeof solvedSchema>;
export type Agreement = z.infer<typeof agreementSchema>;
export type Report = z.infer<typeof reportSchema>;
