import { z } from 'zod';
import { reading } from './evidence.js';
import { checkSchema } from './machine.js';
import { pointSchema } from './probe.js';
import { verdictStatusSchema } from './report.js';
import { profileSchema, targetSchema } from './target.js';

export const baselineVersion = 1;

/** Kinds of a probe's memory that a baseline may hold, the most telling first. */
export const memoryKindSchema = z.enum(['device', 'in use', 'live']);

/** A figure over the reports of a baseline. */
export const baselineFigureSchema = z.object({
  median: z.number().positive(),
  /** One of each report. */
  values: z.array(z.number().positive()).min(1),
  /** Largest distance of a report from the median, over the median; of one report alone that of its own samples. */
  spread: reading(z.number().nonnegative()),
});

export const baselinePointSchema = z.object({
  point: pointSchema,
  provider: z.string(),
  tokensPerSecond: reading(baselineFigureSchema),
  memory: reading(baselineFigureSchema.extend({ kind: memoryKindSchema })),
});

/** What machines that are known to be good gave for one target: what `qualify` judges others by. */
export const baselineSchema = z.object({
  kind: z.literal('preflight-baseline'),
  schemaVersion: z.literal(baselineVersion),
  id: z.string(),
  createdAt: z.iso.datetime(),
  tool: z.object({ name: z.string(), version: z.string() }),
  target: targetSchema,
  profile: profileSchema,
  /** Provider that the probes ran on, e.g. `cuda`. */
  device: z.string(),
  /** Names of the GPUs that each of the machines had for use. */
  gpus: z.array(z.string()),
  reports: z.array(z.object({ id: z.string(), createdAt: z.iso.datetime(), hostname: z.string() })).min(1),
  points: z.array(baselinePointSchema).min(1),
  /** The worst that each check came to in these reports; none failed. */
  checks: z.array(checkSchema.pick({ id: true, status: true })),
  /** The worst verdict of these reports. */
  verdict: verdictStatusSchema,
  /** Points that are no rule, with the reason: not every report measured them. */
  leftOut: z.array(z.string()),
});

export type BaselineFigure = z.infer<typeof baselineFigureSchema>;
export type BaselinePoint = z.infer<typeof baselinePointSchema>;
export type MemoryKind = z.infer<typeof memoryKindSchema>;
export type Baseline = z.infer<typeof baselineSchema>;
