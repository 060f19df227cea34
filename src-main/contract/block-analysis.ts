import { z } from 'zod';
import type { BlockAnalysis, BlockShape } from '../../models/blocks/types.js';
import { bytesSchema } from './evidence.js';
import { blockKindSchema, dtypeSchema, modelIdSchema, taskSchema } from './target.js';

const most = (limit: number) => z.number().int().positive().max(limit);

/** Tokens of a sample in a page's question: far above any that is trained, and below what would hold up the main side. */
const mostTokens = 2 ** 20;

/** A shape that a page asks about. */
export const blockShapeSchema = z
  .strictObject({
    model: modelIdSchema,
    block: blockKindSchema,
    task: taskSchema,
    dtype: dtypeSchema,
    batch: most(10_000),
    latentFrames: most(mostTokens),
    rows: most(mostTokens),
    columns: most(mostTokens),
    depth: most(4),
    checkpoint: z.boolean(),
    optimizer: z.boolean(),
  })
  .refine(({ latentFrames, rows, columns }) => latentFrames * rows * columns <= mostTokens, {
    message: `more than ${mostTokens} tokens`,
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
