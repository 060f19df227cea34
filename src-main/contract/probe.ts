import { z } from 'zod';
import { operatorClasses } from '../../models/graph/node.js';
import { bytesSchema, evidenceSchema, reading, secondsSchema } from './evidence.js';
import { blockKindSchema, dtypeSchema, modelIdSchema, taskSchema } from './target.js';

/** What one probe measures: one block (or `depth` of them) of the real architecture at one shape. */
export const pointSchema = z.object({
  model: modelIdSchema,
  block: blockKindSchema,
  task: taskSchema,
  dtype: dtypeSchema,
  resolution: z.string(),
  frames: z.number().int().positive(),
  batch: z.number().int().positive(),
  latentFrames: z.number().int().positive(),
  rows: z.number().int().positive(),
  columns: z.number().int().positive(),
  /** Tokens of one sample that the block works on, text included where attention is joint. */
  tokens: z.number().int().positive(),
  /** Blocks in the graph, one after the other. */
  depth: z.number().int().positive(),
  checkpoint: z.boolean(),
  /** AdamW in the graph, as in an optimiser step; without it forward and backward alone, as in an accumulation step. */
  optimizer: z.boolean(),
});

export const probeStatusSchema = z.enum([
  'ok',
  'out-of-memory',
  'crashed',
  'timed-out',
  'cancelled',
  'not-supported',
]);

export const operatorClassSchema = z.enum(operatorClasses);

export const probeMemorySchema = z.object({
  /** Peak of the tensors that live at once in a step, weights and optimiser state left out: the sum of what was asked for. */
  liveBytes: reading(bytesSchema),
  /** Peak of the allocator in use, with rounding and kernel scratch. */
  inUseBytes: reading(bytesSchema),
  /** Peak of what the arena took from the device. */
  heldBytes: reading(bytesSchema),
  /** Peak of device memory of this process, from the driver. */
  deviceBytes: reading(bytesSchema),
  /** Peak of the whole GPU's memory in use, whoever holds it, from the driver. */
  gpuUsedBytes: reading(bytesSchema),
  /** What PyTorch's autograd would keep from forward to backward, with fused norms and FlashAttention. From the graph. */
  savedForBackwardBytes: bytesSchema,
  /** Of those, what all blocks of a model share and so counts once (text, timestep embedding, rotary tables). */
  sharedSavedBytes: bytesSchema,
  /** Scratch of our chunked attention backward: in `liveBytes`, but not in PyTorch's. */
  attentionScratchBytes: bytesSchema,
  /** Weights in the probe's type. */
  parameterBytes: bytesSchema,
  /** Master weights and AdamW moments in the graph. */
  optimizerStateBytes: bytesSchema,
});

export const probeTimeSchema = z.object({
  medianSeconds: secondsSchema,
  /** Median absolute deviation over the median. */
  spread: z.number().nonnegative(),
  samples: z.array(secondsSchema).min(1),
  warmups: z.array(secondsSchema),
  /** Seconds of one profiled run by class of operator. */
  secondsByOperatorClass: z.partialRecord(operatorClassSchema, secondsSchema),
});

/** The GPU while a probe was timed: what explains a slow one. */
export const conditionsSchema = z.object({
  /** Medians of what the driver said. */
  powerWatts: reading(z.number().nonnegative()),
  smMHz: reading(z.number().nonnegative()),
  gpuCelsius: reading(z.number()),
  /** Every reason that held its clocks down at some moment, `idle` left out. */
  throttleReasons: reading(z.array(z.string())),
  /** The highest that was seen: under load alone a link is at its full one. */
  pcieGeneration: reading(z.number().int().nonnegative()).default({ unavailable: 'not sampled' }),
});

export const probeSchema = z.object({
  point: pointSchema,
  /** Provider that was asked for, e.g. `cuda`, `cpu`; `none` where the graph alone answered. */
  provider: z.string(),
  status: probeStatusSchema,
  /** Why it ended as it did; empty when ok. */
  cause: z.string(),
  /** `measured` on a device or `modelled` from the graph alone. */
  evidence: evidenceSchema,
  memory: reading(probeMemorySchema),
  time: reading(probeTimeSchema),
  conditions: reading(conditionsSchema).default({ unavailable: 'not sampled' }),
  tokensPerSecond: reading(z.number().nonnegative()),
  tflops: reading(z.number().nonnegative()),
  /** Floating-point operations of the step, counted from the graph (multiply-add = 2). */
  flops: z.number().nonnegative(),
  parameters: z.number().int().nonnegative(),
  /** Nodes that the profile shows on another provider than the one asked for: `Op (provider) × count`. */
  nodesOffProvider: z.array(z.string()),
  /** Wall seconds of the whole probe, process start to end. */
  wallSeconds: secondsSchema,
  phases: z.partialRecord(
    z.enum(['fork', 'build', 'load', 'warmup', 'time', 'profile', 'teardown']),
    secondsSchema,
  ),
});

export type Point = z.infer<typeof pointSchema>;
export type ProbeStatus = z.infer<typeof probeStatusSchema>;
export type OperatorClass = z.infer<typeof operatorClassSchema>;
export type Conditions = z.infer<typeof conditionsSchema>;
export type ProbeMemory = z.infer<typeof probeMemorySchema>;
export type Probe = z.infer<typeof probeSchema>;
