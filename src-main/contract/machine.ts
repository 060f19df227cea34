import { z } from 'zod';
import { bytesSchema, reading, unavailable } from './evidence.js';

export const gpuProcessSchema = z.object({
  pid: z.number().int().nonnegative(),
  name: reading(z.string()),
  usedBytes: reading(bytesSchema),
});

const count = z.number().int().nonnegative();
const megahertz = reading(z.number().nonnegative());
const celsius = reading(z.number());
const watts = reading(z.number().nonnegative());
const percent = reading(z.number().min(0).max(100));

/** What NVML says of a GPU beyond its memory: how it is set, how it fares now, and how it is joined. */
export const gpuDetailSchema = z.object({
  /** Of the architecture, e.g. `Hopper`. */
  generation: reading(z.string()),
  /** Kept by driver and firmware: neither used nor free. */
  reservedBytes: reading(bytesSchema),
  utilization: z.object({ gpuPercent: percent, memoryPercent: percent }),
  clocks: z.object({ smMHz: megahertz, memoryMHz: megahertz, maxSmMHz: megahertz, maxMemoryMHz: megahertz }),
  temperatures: z.object({ gpuCelsius: celsius, slowdownCelsius: celsius, shutdownCelsius: celsius }),
  power: z.object({ drawWatts: watts, limitWatts: watts, defaultLimitWatts: watts }),
  /** `P0` (most performance) to `P15`. */
  performanceState: reading(z.string()),
  /** What holds the clocks down now, in words; `idle` is none of these. */
  throttleReasons: reading(z.array(z.string())),
  /** Errors since the driver was loaded. */
  ecc: z.object({ enabled: reading(z.boolean()), corrected: reading(count), uncorrected: reading(count) }),
  retiredPages: reading(count),
  /** Whether pages wait for the next restart to be retired, and are used until then. */
  retiredPagesPending: reading(z.boolean()).default(unavailable('not read')),
  remappedRows: reading(
    z.object({ correctable: count, uncorrectable: count, pending: z.boolean(), failed: z.boolean() }),
  ),
  pcie: z.object({
    generation: reading(count),
    width: reading(count),
    maxGeneration: reading(count),
    maxWidth: reading(count),
  }),
  nvlinks: reading(
    z.array(
      z.object({
        link: count,
        active: z.boolean(),
        /** NVLink's version, e.g. 4. */
        version: reading(count),
        /** Bytes a second in one direction. */
        bytesPerSecond: reading(z.number().nonnegative()),
        peerPciAddress: reading(z.string()),
      }),
    ),
  ),
  mig: z.object({
    enabled: reading(z.boolean()),
    instances: reading(
      z.array(
        z.object({
          name: z.string(),
          uuid: z.string(),
          memoryBytes: reading(bytesSchema),
          freeBytes: reading(bytesSchema).default(unavailable('not read')),
        }),
      ),
    ),
  }),
  persistence: reading(z.boolean()),
  /** `default`, `exclusive-process` or `prohibited`. */
  computeMode: reading(z.string()),
  displayAttached: reading(z.boolean()),
  /** `none`, `passthrough`, `vgpu` or what else the driver says. */
  virtualization: reading(z.string()),
  confidentialCompute: reading(z.boolean()),
  numaNode: reading(count),
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
  /** NVIDIA's alone; reports made before it was read have none. */
  detail: reading(gpuDetailSchema).default(unavailable('not read')),
  /** Whether Open-Sora can run on it at all, and if not why. */
  runsOpenSora: z.object({ ok: z.boolean(), reason: z.string() }),
});

/** Where the data set lies. */
export const dataDiskSchema = z.object({
  path: z.string(),
  freeBytes: reading(bytesSchema),
  /** Measured, past the page cache where the system allows it. */
  readBytesPerSecond: reading(z.number().nonnegative()),
});

/** A Python environment that was named, and what of it Open-Sora needs. */
export const pythonSchema = z.object({
  path: z.string(),
  pythonVersion: reading(z.string()),
  packages: z.record(z.string(), reading(z.string())),
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
    /** `ulimit -l`: what a process may pin; `unlimited`. */
    pinnedLimitBytes: reading(z.union([bytesSchema, z.literal('unlimited')])).default(
      unavailable('not read'),
    ),
    /** /dev/shm, through which data loaders hand over their batches. */
    shared: reading(z.object({ totalBytes: bytesSchema, freeBytes: bytesSchema })).default(
      unavailable('not read'),
    ),
  }),
  /** `docker`, `podman`, `kubernetes`, `lxc`, `wsl` …; `none` on the bare system. */
  surroundings: reading(z.string()).default(unavailable('not read')),
  /** Free where reports are written, and so where checkpoints would be by default. */
  workDisk: reading(dataDiskSchema).default(unavailable('not read')),
  dataDisk: reading(dataDiskSchema).default(unavailable('not asked for (--data)')),
  python: reading(pythonSchema).default(unavailable('no environment was named')),
});

export const checkSchema = z.object({
  /** Stable: other people's scripts match on it. */
  id: z.string(),
  status: z.enum(['pass', 'look', 'fail', 'not-tested']),
  text: z.string(),
  /** What to do about it; empty where it passes. */
  action: z.string(),
  /** CUDA ordinals of the GPUs of which the status holds; left out where it is of the machine as a whole. */
  gpus: z.array(count).optional(),
});

/** A provider that this machine may run probes on, and whether it can. */
export const providerOptionSchema = z.object({
  device: z.enum(['cuda', 'dml', 'coreml', 'webgpu', 'cpu']),
  usable: z.boolean(),
  reason: z.string(),
});

/** One rate of a GPU that was measured, beside what such a GPU is known to achieve. */
export const rateSchema = z.object({
  id: z.enum([
    'device-copy',
    'host-to-device-pageable',
    'host-to-device-pinned',
    'device-to-host-pageable',
    'device-to-host-pinned',
    'peer-copy',
    'all-reduce',
    'matrix-product',
  ]),
  /** CUDA ordinal, and of a pair the other one. */
  gpu: count,
  peer: count.nullable(),
  unit: z.enum(['bytes/s', 'flop/s']),
  value: reading(z.number().nonnegative()),
  /** What a healthy one achieves, with its source; never the datasheet's peak. */
  achievable: reading(z.object({ value: z.number().positive(), source: z.string() })),
});

/** Sources that say different things of one matter. */
export const disagreementSchema = z.object({ about: z.string(), sources: z.record(z.string(), z.string()) });

export const machineSchema = z.object({
  gpus: z.array(gpuSchema),
  host: hostSchema,
  providers: z.array(providerOptionSchema),
  checks: z.array(checkSchema),
  disagreements: z.array(disagreementSchema).default([]),
  /** `detect --measure`; empty where nothing was measured. */
  rates: z.array(rateSchema).default([]),
});

export type GpuDetail = z.infer<typeof gpuDetailSchema>;
export type MigInstance = Exclude<GpuDetail['mig']['instances'], { unavailable: string }>[number];
export type DataDisk = z.infer<typeof dataDiskSchema>;
export type Python = z.infer<typeof pythonSchema>;
export type Rate = z.infer<typeof rateSchema>;
export type Disagreement = z.infer<typeof disagreementSchema>;
export type GpuProcess = z.infer<typeof gpuProcessSchema>;
export type Gpu = z.infer<typeof gpuSchema>;
export type Host = z.infer<typeof hostSchema>;
export type Check = z.infer<typeof checkSchema>;
export type ProviderOption = z.infer<typeof providerOptionSchema>;
export type Machine = z.infer<typeof machineSchema>;
