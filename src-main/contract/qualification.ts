import { z } from 'zod';
import { reading } from './evidence.js';
import { pointSchema } from './probe.js';

/** One rule that a machine is held to. */
export const ruleSchema = z.object({
  /** `complete`, `device`, `gpus`, `verdict`, `probe`, `throughput`, `memory`, or `check:` and the check's id. */
  id: z.string(),
  /** The point that it is about, or null. */
  point: pointSchema.nullable(),
  /** `look` and `not-tested` do not fail the machine, and are no pass: see docs/qualify.md for when they are which. */
  status: z.enum(['pass', 'fail', 'look', 'not-tested']),
  /** What was found: tokens a second, bytes, or a word. */
  value: reading(z.union([z.number(), z.string()])),
  /** What is allowed: the least tokens a second, the most bytes, or the words that pass. */
  limit: z.union([z.number(), z.string()]),
  /** How far within its limit a number lies, over the limit; below 0 it is beyond. */
  margin: reading(z.number()),
  text: z.string(),
});

/** A change against earlier runs of the same machine. It is shown, and fails nothing. */
export const trendSchema = z.object({
  point: pointSchema,
  metric: z.enum(['throughput', 'memory']),
  value: z.number(),
  earlier: z.object({ runs: z.number().int(), median: z.number(), deviation: z.number() }),
  /** Change over the earlier median. */
  change: z.number(),
  /** Whether it exceeds both its own noise and what matters in practice. */
  flagged: z.boolean(),
});

/** One report, judged. */
export const judgedMachineSchema = z.object({
  report: z.object({ id: z.string(), createdAt: z.string() }),
  hostname: z.string(),
  gpus: z.array(z.string()),
  qualified: z.boolean(),
  rules: z.array(ruleSchema).min(1),
  trend: reading(z.array(trendSchema)),
});

/** How far repeats lie apart: one figure of one point over all reports that were judged. */
export const repeatSchema = z.object({
  point: pointSchema,
  metric: z.enum(['throughput', 'memory']),
  values: z.array(z.number()).min(2),
  median: z.number(),
  /** Largest distance from the median, over the median. */
  spread: z.number().nonnegative(),
});

export const qualificationSchema = z.object({
  kind: z.literal('preflight-qualification'),
  schemaVersion: z.literal(1),
  createdAt: z.iso.datetime(),
  tool: z.object({ name: z.string(), version: z.string() }),
  baseline: z.object({ id: z.string(), createdAt: z.string(), reports: z.number().int().positive() }),
  /** Share, e.g. 0.05. */
  tolerance: z.number().positive(),
  /** Every machine is. */
  qualified: z.boolean(),
  machines: z.array(judgedMachineSchema).min(1),
  repeats: z.array(repeatSchema),
  /** What to know of baseline and tolerance, such as a spread that is wider than it. */
  notes: z.array(z.string()),
});

export type Rule = z.infer<typeof ruleSchema>;
export type Trend = z.infer<typeof trendSchema>;
export type JudgedMachine = z.infer<typeof judgedMachineSchema>;
export type Repeat = z.infer<typeof repeatSchema>;
export type Qualification = z.infer<typeof qualificationSchema>;
