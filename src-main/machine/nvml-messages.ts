import { z } from 'zod';
import { bytesSchema, type Reading, reading } from '../contract/evidence.js';
import { gpuDetailSchema, gpuSchema } from '../contract/machine.js';

/** What NVML itself says; the NUMA node is the operating system's. */
const nvmlDetailSchema = gpuDetailSchema.omit({ numaNode: true });

const deviceSchema = gpuSchema
  .pick({ uuid: true, pciAddress: true, computeCapability: true, processes: true })
  .extend({
    /** Position in NVML, which nvidia-smi shows too. */
    nvmlIndex: z.number().int().nonnegative(),
    /** Why this GPU cannot be used, e.g. when it fell off the bus; empty where it can. */
    unusable: z.string(),
    name: reading(z.string()),
    memory: reading(z.object({ totalBytes: bytesSchema, freeBytes: bytesSchema, usedBytes: bytesSchema })),
  });

/**
 * What the process that reads NVML writes, a line of JSON each: what it is about to call, so that a call that never
 * comes back has a name, and what it read so far, so that such a call does not take the rest with it.
 */
export const nvmlMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('calling'),
    call: z.string(),
    gpu: z.number().int().nonnegative().nullable(),
  }),
  z.object({ type: z.literal('absent'), what: z.enum(['library', 'driver']), reason: z.string().min(1) }),
  z.object({
    type: z.literal('machine'),
    driverVersion: reading(z.string()),
    cudaVersion: reading(z.string()),
    count: z.number().int().nonnegative(),
  }),
  z.object({ type: z.literal('device'), device: deviceSchema }),
  z.object({
    type: z.literal('detail'),
    nvmlIndex: z.number().int().nonnegative(),
    detail: nvmlDetailSchema,
  }),
  /** Everything was read once; of a process that goes on. */
  z.object({ type: z.literal('round') }),
]);

export type NvmlMessage = z.infer<typeof nvmlMessageSchema>;
export type NvmlDetail = z.infer<typeof nvmlDetailSchema>;
export type NvmlBasics = z.infer<typeof deviceSchema>;
export type NvmlDevice = NvmlBasics & { detail: Reading<NvmlDetail> };

export interface NvmlMachine {
  driverVersion: Reading<string>;
  /** Newest CUDA that the driver can run, e.g. `12.4`. */
  cudaVersion: Reading<string>;
  devices: NvmlDevice[];
}
