import { z } from 'zod';
import type { MatrixProduct } from '../../models/blocks/matrix-product.js';
import { bytesSchema, reading, secondsSchema } from '../contract/evidence.js';
import { operatorClassSchema, type Point, probeTimeSchema } from '../contract/probe.js';

/** Providers that a worker can be asked for; each is one of ONNX Runtime's names. */
export type Provider = 'cuda' | 'dml' | 'coreml' | 'webgpu' | 'cpu';

/** How long to measure. */
export interface Timing {
  /** One profiled run for the memory, no timing: for shapes that there is no time to repeat. */
  once: boolean;
  minSamples: number;
  maxWarmups: number;
  /** More samples than the least are taken while this lasts, in seconds. */
  budgetSeconds: number;
}

/** The one message that a worker gets, from its own host: a block's step, or plain matrix products. */
export type WorkerRequest = { provider: Provider; timing: Timing } & (
  | { point: Point }
  | { matrix: MatrixProduct }
);

export const phaseSchema = z.enum(['fork', 'build', 'load', 'warmup', 'time', 'profile', 'teardown']);
export type Phase = z.infer<typeof phaseSchema>;

/** What ONNX Runtime's profile of one run says. */
export const profiledSchema = z.object({
  liveBytes: reading(bytesSchema),
  inUseBytes: reading(bytesSchema),
  heldBytes: reading(bytesSchema),
  secondsByOperatorClass: z.partialRecord(operatorClassSchema, secondsSchema),
  nodesOffProvider: z.array(z.string()),
});
export type Profiled = z.infer<typeof profiledSchema>;

export const workerMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('phase'), phase: phaseSchema, seconds: secondsSchema }),
  z.object({
    type: z.literal('measured'),
    time: probeTimeSchema.omit({ secondsByOperatorClass: true }).nullable(),
    profiled: profiledSchema,
  }),
  z.object({
    type: z.literal('failed'),
    status: z.enum(['out-of-memory', 'not-supported', 'crashed']),
    cause: z.string(),
  }),
]);
export type WorkerMessage = z.infer<typeof workerMessageSchema>;
