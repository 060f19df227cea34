import { type Reading, unavailable } from '../contract/reading.js';

/** What NVML's numbers mean, by the published nvml.h (API version 13). Pure. */

/** NVML_DEVICE_ARCH_*. */
const architectures = new Map([
  [2, 'Kepler'],
  [3, 'Maxwell'],
  [4, 'Pascal'],
  [5, 'Volta'],
  [6, 'Turing'],
  [7, 'Ampere'],
  [8, 'Ada'],
  [9, 'Hopper'],
  [10, 'Blackwell'],
  [13, 'Rubin'],
]);

/** nvmlComputeMode_t. */
const computeModes = new Map([
  [0, 'default'],
  [1, 'exclusive-thread'],
  [2, 'prohibited'],
  [3, 'exclusive-process'],
]);

/** nvmlGpuVirtualizationMode_t. */
const virtualizationModes = new Map([
  [0, 'none'],
  [1, 'passthrough'],
  [2, 'vgpu'],
  [3, 'host-vgpu'],
  [4, 'host-vsga'],
]);

/** nvmlClocksEventReasons, which older headers call nvmlClocksThrottleReasons; bit 0, idle, is none that holds clocks down. */
const throttleBits: readonly (readonly [bigint, string])[] = [
  [0x002n, 'application clocks are set'],
  [0x004n, 'software power cap'],
  [0x008n, 'hardware slowdown'],
  [0x010n, 'sync boost'],
  [0x020n, 'software thermal slowdown'],
  [0x040n, 'hardware thermal slowdown'],
  [0x080n, 'hardware power brake'],
  [0x100n, 'display clock setting'],
];
const idleBit = 0x001n;

/**
 * nvmlNvlinkVersion_t: the version's first number, and what one link of it carries in one direction in bytes/s, without
 * coding: NVIDIA's architecture papers of Pascal (20 GB/s), Volta, A100 and H100 (25 GB/s each), GA102 (3.1: 14.0625
 * GB/s) and Blackwell (50 GB/s).
 */
const nvlinkVersions = new Map<number, { version: number; bytesPerSecond?: number }>([
  [1, { version: 1, bytesPerSecond: 20e9 }],
  [2, { version: 2, bytesPerSecond: 25e9 }],
  [3, { version: 2, bytesPerSecond: 25e9 }],
  [4, { version: 3, bytesPerSecond: 25e9 }],
  [5, { version: 3, bytesPerSecond: 14.0625e9 }],
  [6, { version: 4, bytesPerSecond: 25e9 }],
  [7, { version: 5, bytesPerSecond: 50e9 }],
  [8, { version: 6 }],
]);

const word = (words: ReadonlyMap<number, string>, what: string) => (value: number) =>
  words.get(value) ?? unavailable(`NVML answers ${what} ${value}, which its header does not name`);

export const architectureName = word(architectures, 'architecture');
export const computeModeName = word(computeModes, 'compute mode');
export const virtualizationName = word(virtualizationModes, 'virtualization mode');

/** `P0` to `P15`: nvmlPstates_t, where 32 is unknown. */
export function performanceStateName(value: number): Reading<string> {
  return value <= 15 ? `P${value}` : unavailable('the driver does not know the performance state');
}

/** What holds the clocks down, of a bit mask; a bit that the header does not name is kept as a number. */
export function throttleWords(mask: bigint): string[] {
  const named = throttleBits.filter(([bit]) => (mask & bit) !== 0n);
  const rest = named.reduce((left, [bit]) => left & ~bit, mask & ~idleBit);
  const words = named.map(([, text]) => text);
  return rest === 0n ? words : [...words, `unknown reason 0x${rest.toString(16)}`];
}

/** The version of an NVLink, and what one of that version carries, where the header and NVIDIA's papers say. */
export function nvlinkVersion(value: number): { version: Reading<number>; bytesPerSecond?: number } {
  return (
    nvlinkVersions.get(value) ?? {
      version: unavailable(`NVML answers NVLink version ${value}, which its header does not name`),
    }
  );
}
