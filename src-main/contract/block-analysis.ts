import { z } from 'zod';
import type { BlockAnalysis, BlockShape } from '../../models/blocks/types.js';
import { bytesSchema } from './evidence.js';
import { blockKindSchema, dtypeSchema, modelIdSchema, taskSchema } from './target.js';

const most = (limit: number) => z.number().int().positive().max(limit);

/** A shape that a page asks about; far above any that is trained, and below what would hold up the main side. */
export const blockShapeSchema = z.strictObject({
  model: modelIdSchema,
  block: blockKindSchema,
  task: taskSchema,
  dtype: dtypeSchema,
  batch: most(100_000),
  latentFrames: most(10_000),
  rows: most(10_000),
  columns: most(10_000),
  depth: most(64),
  checkpoint: z.boolean(),
  optimizer: z.boolean(),
}) satisfies z.ZodType<BlockShape>;

const count = z.number().nonnegative();

export const blockAnalysisSchema = z.object({
  parameters: count,
  flops: count,
  attentionFlops: count,
  savedForBackwardBytes: bytesSchema,
  sharedSavedBytes: bytesSchema,
  liveBytes: bytesSchema,
  attentionScratchBytes: bytesSchema,
  fusedLiveBytes: bytesSchema,
  heldForBackwardBytes: bytesSchema,
  blockInputBytes: bytesSchema,
  parameterBytes: bytesSchema,
  optimizerStateBytes: bytesSchema,
  nodes: count,
}) satisfies z.ZodType<BlockAnalysis>;
