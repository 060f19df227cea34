import { z } from 'zod';
import { bytesSchema } from './evidence.js';

export const modelIdSchema = z.enum(['v1.0', 'v1.1', 'v1.2', 'v1.3', 'v2.0']);
export const taskSchema = z.enum(['train', 'infer']);
export const dtypeSchema = z.enum(['bf16', 'fp16', 'fp32']);
export const blockKindSchema = z.enum(['spatiotemporal', 'spatial', 'temporal', 'double', 'single']);
export const deviceSchema = z.enum(['auto', 'cuda', 'webgpu', 'dml', 'coreml', 'cpu']);
export const profileSchema = z.enum(['quick', 'standard', 'thorough']);

const count = z.number().int().positive();

/** One bucket of the run: upstream trains on a mix of them, the flags give one. */
export const bucketSchema = z.object({
  resolution: z.string(),
  aspect: z.string(),
  height: count,
  width: count,
  frames: count,
  latentFrames: count,
  spatialTokens: count,
  /** Token rows and columns of a latent frame. */
  rows: count,
  columns: count,
  /** Samples per GPU and forward (micro-batch). */
  batch: count,
  /** Share of the steps that take this bucket, 0–1. */
  share: z.number().min(0).max(1),
});

/** The run that the user intends. */
export const targetSchema = z.object({
  model: modelIdSchema,
  task: taskSchema,
  buckets: z.array(bucketSchema).min(1),
  dtype: dtypeSchema,
  gpuCount: count,
  nodes: count,
  /** Optimiser-step batch over all ranks: micro-batch × accumulation × data-parallel ranks. */
  effectiveBatch: count,
  accumulation: count,
  plugin: z.enum(['zero1', 'zero2', 'hybrid']),
  sequenceParallel: count,
  tensorParallel: count,
  /** For each block kind of the version, how many of its blocks are checkpointed. */
  checkpointedBlocks: z.partialRecord(blockKindSchema, z.number().int().nonnegative()),
  cachedText: z.boolean(),
  cachedVideo: z.boolean(),
  ema: z.boolean(),
  samplingSteps: count,
  /** Optimiser steps of the whole run, or null where the user gave none. */
  steps: count.nullable(),
});

/** The GPU that the verdict is about, where it is not the one measured on. */
export const judgedGpuSchema = z.object({
  name: z.string(),
  memoryBytes: bytesSchema,
  source: z.string(),
});

export type Bucket = z.infer<typeof bucketSchema>;
export type Target = z.infer<typeof targetSchema>;
export type Device = z.infer<typeof deviceSchema>;
export type Profile = z.infer<typeof profileSchema>;
export type JudgedGpu = z.infer<typeof judgedGpuSchema>;
