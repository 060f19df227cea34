import { z } from 'zod';
import { known, reading } from './evidence.js';
import { pointSchema, probeStatusSchema } from './probe.js';
import { integritySchema, verdictStatusSchema } from './report.js';

const pair = <T extends z.ZodType>(value: T) => z.tuple([value, value]);

/** One figure of two reports: the first's and the other's. */
export const differenceSchema = z.object({
  values: pair(z.number()),
  /** The other's over the first's, less 1: below 0 it is less. */
  change: z.number(),
  /** Within which the change lies by the noise of both; unavailable where that is not known. */
  interval: reading(pair(z.number())),
  /** Whether the interval leaves open which is larger; without an interval it is not known. */
  withinNoise: reading(z.boolean()),
});

const memoryKindSchema = z.enum(['live', 'in use', 'held', 'device']);
type MemoryKind = z.infer<typeof memoryKindSchema>;

export const comparedPointSchema = z.object({
  point: pointSchema,
  provider: z.string(),
  /** How the probe ended in either; the figures below are there where both are `ok`. */
  statuses: pair(probeStatusSchema),
  /** Median seconds of a step. */
  seconds: reading(differenceSchema),
  memory: z.record(memoryKindSchema, reading(differenceSchema)),
});

/** Something of the machines or of how they fared that is not the same: it may explain a difference. */
export const machineDifferenceSchema = z.object({ what: z.string(), values: pair(z.string()) });

export const comparedReportSchema = z.object({
  name: z.string(),
  id: z.string(),
  createdAt: z.string(),
  hostname: z.string(),
  /** `edited` where its figures may not be what was measured. */
  integrity: integritySchema,
});

/** A report against the first. */
export const pairComparisonSchema = z.object({
  other: comparedReportSchema,
  points: z.array(comparedPointSchema).min(1),
  /** Points that one of them alone has measured. */
  onlyInFirst: z.number().int().nonnegative(),
  onlyInOther: z.number().int().nonnegative(),
  /** What their targets differ in; the predictions and verdicts are of different runs then. */
  targetDifferences: z.array(z.string()),
  verdicts: pair(verdictStatusSchema),
  peakBytesPerGpu: pair(reading(z.number())),
  secondsPerStep: pair(reading(z.number())),
  machines: z.array(machineDifferenceSchema),
});

export const comparisonSchema = z.object({
  kind: z.literal('preflight-comparison'),
  schemaVersion: z.literal(1),
  tool: z.object({ name: z.string(), version: z.string() }),
  first: comparedReportSchema,
  /** Each of the others against the first. */
  pairs: z.array(pairComparisonSchema).min(1),
});

export type Difference = z.infer<typeof differenceSchema>;
export type ComparedPoint = z.infer<typeof comparedPointSchema>;
export type ComparedReport = z.infer<typeof comparedReportSchema>;
export type MachineDifference = z.infer<typeof machineDifferenceSchema>;
export type PairComparison = z.infer<typeof pairComparisonSchema>;
export type Comparison = z.infer<typeof comparisonSchema>;

/** The memory to show of points: what the driver says where it does, else what the allocator does. */
export function memoryKindOf(points: readonly ComparedPoint[]): MemoryKind {
  const kinds: readonly MemoryKind[] = ['device', 'held', 'in use', 'live'];
  const has = (kind: MemoryKind) => points.some(({ memory }) => known(memory[kind]!) !== undefined);
  return kinds.find(has) ?? 'live';
}
