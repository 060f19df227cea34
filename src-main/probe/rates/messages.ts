import { z } from 'zod';
import { reading } from '../../contract/evidence.js';
import { rateSchema } from '../../contract/machine.js';

/** What a worker is asked to measure on the GPUs that its environment shows it. */
export interface RatesRequest {
  /** `copies`: memory of the one GPU; `peers`: from each GPU to each other; `all-reduce`: over all of them. */
  job: 'copies' | 'peers' | 'all-reduce';
  /** GPUs that it should see. */
  gpuCount: number;
}

/** One rate, of GPUs by their position among those that the worker sees. */
export const measuredRateSchema = z.object({
  id: rateSchema.shape.id,
  gpu: z.number().int().nonnegative(),
  peer: z.number().int().nonnegative().nullable(),
  value: reading(z.number().nonnegative()),
});
export type MeasuredRate = z.infer<typeof measuredRateSchema>;

export const ratesMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  /** The driver is loaded: from here on the GPU is used, and the job's time runs. */
  z.object({ type: z.literal('opened') }),
  z.object({ type: z.literal('rate'), rate: measuredRateSchema }),
  /** Nothing more comes; the cause of what is missing, or empty. */
  z.object({ type: z.literal('done'), cause: z.string() }),
]);
export type RatesMessage = z.infer<typeof ratesMessageSchema>;
