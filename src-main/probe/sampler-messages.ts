import { z } from 'zod';
import { bytesSchema, reading } from '../contract/evidence.js';
import { conditionsSchema } from '../contract/probe.js';

/** What the process that samples a GPU is told; it answers `open`, `read` and `stop`, one after the other. */
export type SamplerRequest =
  | { type: 'open'; gpuUuid: string; root: string }
  | { type: 'read' }
  | { type: 'start'; pid: number }
  | { type: 'timing'; runs: boolean }
  | { type: 'stop' };

const bytes = reading(bytesSchema);

export const samplerAnswerSchema = z.discriminatedUnion('type', [
  /** Why there is nothing to sample; empty where there is. */
  z.object({ type: z.literal('open'), reason: z.string() }),
  z.object({ type: z.literal('read'), gpuUsedBytes: bytes }),
  z.object({
    type: z.literal('stop'),
    peaks: z.object({ deviceBytes: bytes, gpuUsedBytes: bytes }),
    /** How the GPU fared at moments of the timed part. */
    states: z.array(conditionsSchema),
  }),
]);

export type SamplerAnswer = z.infer<typeof samplerAnswerSchema>;
export type SamplerAnswerOf<T extends SamplerAnswer['type']> = Extract<SamplerAnswer, { type: T }>;

/** Peaks of a GPU's memory while a probe ran, from the driver: of the probe's process, and of all. */
export type MemoryPeaks = SamplerAnswerOf<'stop'>['peaks'];
