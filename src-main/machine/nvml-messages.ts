import { z } from 'zod';
import { bytesSchema, type Reading, reading, unavailable } from '../contract/evidence.js';
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

/** What was heard until the reading process ended, as a machine. @param ending why it ended before its time, if it did */
export function assemble(messages: readonly NvmlMessage[], ending: string): Reading<NvmlMachine> {
  const of = <T extends NvmlMessage['type']>(type: T) =>
    messages.filter((message): message is Extract<NvmlMessage, { type: T }> => message.type === type);
  const why = ending || 'the process that reads NVML left it out';
  const absent = of('absent')[0];
  if (absent) return unavailable(absent.reason);
  const machine = of('machine')[0];
  if (!machine) return unavailable(why);
  const { driverVersion, cudaVersion, count } = machine;
  const details = new Map(of('detail').map(({ nvmlIndex, detail }) => [nvmlIndex, detail]));
  const found = new Map(of('device').map(({ device }) => [device.nvmlIndex, device]));
  const devices = Array.from({ length: count }, (_, index): NvmlDevice => {
    const device = found.get(index) ?? missingDevice(index, why);
    const detail = details.get(index) ?? unavailable(device.unusable || why);
    const lost = [device, detail].some(saysLost);
    return { ...device, unusable: device.unusable || (lost ? unreachable : ''), detail };
  });
  return { driverVersion, cudaVersion, devices };
}

const unreachable = 'the driver lists this GPU and cannot reach it';

/** Whether any reading is missing because the GPU fell off the bus. */
function saysLost(readings: unknown): boolean {
  return JSON.stringify(readings).includes('NVML_ERROR_GPU_IS_LOST');
}

/** A GPU of which nothing could be read. */
export function missingDevice(nvmlIndex: number, why: string): NvmlBasics {
  const missing = unavailable(why);
  return {
    nvmlIndex,
    unusable: why,
    name: missing,
    uuid: missing,
    pciAddress: missing,
    computeCapability: missing,
    memory: missing,
    processes: missing,
  };
}
