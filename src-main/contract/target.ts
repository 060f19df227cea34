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
  /** The video autoencoder of v2.0; null in v1.x, where each version has its own. */
  ae: z.enum(['hunyuan', 'dc-ae']).nullable().default(null),
  /** Rank of the LoRA that is trained in place of the weights, or null for all of them. */
  loraRank: count.nullable().default(null),
  /** Checkpoints wait in pinned host memory for the backward (v2.0 `grad_ckpt_buffer_size`). */
  offload: z.boolean().default(false),
  /** The VAE works in its smallest pieces: a frame at a time (v1.0 to v1.2), tiles in time as well (v2.0). */
  vaeTiling: z.boolean().default(false),
  /** v2.0's training on image and video conditions (`condition_config`): each video is encoded alone, and by itself. */
  i2v: z.boolean().default(false),
  /** Processes of each rank that read and decode videos (`num_workers`). */
  dataWorkers: z.number().int().nonnegative().default(4),
  /** Gbit/s of each node's network; null where it was not said. */
  interNodeGbps: z.number().positive().nullable().default(null),
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
