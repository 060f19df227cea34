import { z } from 'zod';
import { bytesSchema, evidenceSchema, reading, secondsSchema, unavailableSchema } from './evidence.js';
import { machineSchema } from './machine.js';
import { probeSchema } from './probe.js';
import { deviceSchema, judgedGpuSchema, profileSchema, targetSchema } from './target.js';

export const schemaVersion = 1;

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

export const predictionSchema = z.object({
  peakBytesPerGpu: bytesSchema,
  parts: z.array(partSchema).min(1),
  /** An optimiser step in training, a denoising step in inference. */
  secondsPerStep: reading(secondsSchema),
  secondsPerStepEvidence: evidenceSchema,
  secondsTotal: reading(secondsSchema),
  interval: z.object({ peakBytes: range(bytesSchema), secondsPerStep: reading(range(secondsSchema)) }),
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

export const recommendationSchema = z.object({
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
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

export const reportSchema = z.object({
  kind: z.literal('preflight-report'),
  schemaVersion: z.literal(schemaVersion),
  id: z.string(),
  createdAt: z.iso.datetime(),
  tool: z.object({ name: z.string(), version: z.string() }),
  /** The exact command that makes this report again. */
  command: z.string(),
  /** Whether the sweep ran to its end. */
  state: z.enum(['complete', 'cancelled', 'running']),
  profile: profileSchema,
  device: z.object({ asked: deviceSchema, used: z.string(), reason: z.string() }),
  judgedGpu: judgedGpuSchema.nullable(),
  machine: machineSchema,
  target: targetSchema,
  probes: z.array(probeSchema),
  prediction: reading(predictionSchema),
  verdict: verdictSchema,
  recommendation: reading(recommendationSchema),
  rehearsal: unavailableSchema,
  notTested: z.array(z.string()),
  wallSeconds: secondsSchema,
});

export type VerdictStatus = z.infer<typeof verdictStatusSchema>;
export type Reason = z.infer<typeof reasonSchema>;
export type Part = z.infer<typeof partSchema>;
export type Prediction = z.infer<typeof predictionSchema>;
export type Verdict = z.infer<typeof verdictSchema>;
export type Recommendation = z.infer<typeof recommendationSchema>;
export type Report = z.infer<typeof reportSchema>;
