import { z } from 'zod';
import { reading } from './evidence.js';
import { dtypeSchema } from './target.js';

/** In ONNX Runtime, or in Open-Sora itself. */
export const rehearsedInSchema = z.enum(['onnx-runtime', 'open-sora']);

/** What a rehearsal of this machine taught, for its next predictions. */
export const lessonSchema = z.object({
  createdAt: z.iso.datetime(),
  reportId: z.string(),
  hostname: z.string(),
  device: z.string(),
  model: z.string(),
  task: z.string(),
  dtype: dtypeSchema,
  rehearsedIn: rehearsedInSchema,
  /** Rehearsed over expected: of Open-Sora PyTorch's peak, of ONNX Runtime that of its graph with the ballast. */
  peakRatio: reading(z.number().positive()),
  /**
   * Of the expected peak, what was in doubt: of ONNX Runtime's the block under way, of Open-Sora's the width of its interval.
   * Missing in lessons of earlier versions.
   */
  doubtShare: z.number().nonnegative().optional(),
  /** Each over what was predicted without what earlier lessons changed. */
  secondsRatio: reading(z.number().positive()),
});

/** What lessons changed in a prediction. */
export const taughtSchema = z.object({
  rehearsedIn: rehearsedInSchema,
  /** `block`: the block under way; `peak`: the whole interval of the peak; `seconds`: those of the blocks, or of the step. */
  quantity: z.enum(['block', 'peak', 'seconds']),
  /** Their median of rehearsed over expected, and how far around it the truth is taken to lie. */
  ratio: z.number().positive(),
  spread: z.number().nonnegative(),
  lessons: z.number().int().positive(),
  newest: z.iso.datetime(),
  /** Whether the ratio lay outside the interval, which was then widened to hold it. */
  widened: z.boolean(),
});

export type Lesson = z.infer<typeof lessonSchema>;
export type Taught = z.infer<typeof taughtSchema>;
