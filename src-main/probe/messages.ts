import { z } from 'zod';
import { bytesSchema, reading, secondsSchema } from '../contract/evidence.js';
import { operatorClassSchema, pointSchema, probeTimeSchema } from '../contract/probe.js';

/** Providers that a worker can be asked for; each is one of ONNX Runtime's names. */
export const providerSchema = z.enum(['cuda', 'dml', 'coreml', 'webgpu', 'cpu']);
export type Provider = z.infer<typeof providerSchema>;

/** How long to measure. */
export const timingSchema = z.object({
  /** One profiled run for the memory, no timing: for shapes that there is no time to repeat. */
  once: z.boolean(),
  minSamples: z.number().int().positive(),
  maxWarmups: z.number().int().positive(),
  /** More samples than the least are taken while this lasts. */
  budgetSeconds: secondsSchema,
});
export type Timing = z.infer<typeof timingSchema>;

export const workerRequestSchema = z.object({
  point: pointSchema,
  provider: providerSchema,
  timing: timingSchema,
});
export type WorkerRequest = z.infer<typeof workerRequestSchema>;

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
