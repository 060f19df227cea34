import { z } from 'zod';
import { bytesSchema, reading } from './evidence.js';

export const gpuProcessSchema = z.object({
  pid: z.number().int().nonnegative(),
  name: reading(z.string()),
  usedBytes: reading(bytesSchema),
});

export const gpuSchema = z.object({
  /** Position among the GPUs that this process may use (CUDA's ordinal for NVIDIA), or null where it is hidden. */
  index: z.number().int().nonnegative().nullable(),
  vendor: z.enum(['nvidia', 'amd', 'intel', 'apple', 'other']),
  name: z.string(),
  uuid: reading(z.string()),
  pciAddress: reading(z.string()),
  /** CUDA compute capability, e.g. `9.0`. */
  computeCapability: reading(z.string()),
  memory: z.object({
    totalBytes: reading(bytesSchema),
    freeBytes: reading(bytesSchema),
    usedBytes: reading(bytesSchema),
  }),
  processes: reading(z.array(gpuProcessSchema)),
  driverVersion: reading(z.string()),
  cudaVersion: reading(z.string()),
  /** Whether Open-Sora can run on it at all, and if not why. */
  runsOpenSora: z.object({ ok: z.boolean(), reason: z.string() }),
});

export const hostSchema = z.object({
  hostname: z.string(),
  os: z.string(),
  arch: z.string(),
  node: z.string(),
  cpu: z.object({
    name: reading(z.string()),
    /** Cores that this process may use: affinity and cgroup quota counted in. */
    usableCores: z.number().positive(),
  }),
  memory: z.object({
    totalBytes: bytesSchema,
    /** What a new process can still take: available memory, or what is left under the cgroup's limit. */
    freeBytes: bytesSchema,
    cgroupLimitBytes: reading(bytesSchema),
  }),
});

export const checkSchema = z.object({
  /** Stable: other people's scripts match on it. */
  id: z.string(),
  status: z.enum(['pass', 'look', 'fail', 'not-tested']),
  text: z.string(),
  /** What to do about it; empty where it passes. */
  action: z.string(),
});

/** A provider that this machine may run probes on, and whether it can. */
export const providerOptionSchema = z.object({
  device: z.enum(['cuda', 'dml', 'coreml', 'webgpu', 'cpu']),
  usable: z.boolean(),
  reason: z.string(),
});

export const machineSchema = z.object({
  gpus: z.array(gpuSchema),
  host: hostSchema,
  providers: z.array(providerOptionSchema),
  checks: z.array(checkSchema),
});

export type GpuProcess = z.infer<typeof gpuProcessSchema>;
export type Gpu = z.infer<typeof gpuSchema>;
export type Host = z.infer<typeof hostSchema>;
export type Check = z.infer<typeof checkSchema>;
export type ProviderOption = z.infer<typeof providerOptionSchema>;
export type Machine = z.infer<typeof machineSchema>;
