import { type Reading, unavailable } from '../contract/reading.js';
import type { NvmlFunction } from './nvml-library.js';

/**
 * What a call can answer, in NVML's own units (MHz, °C, mW). A field that a driver did not fill in is 0 or all ones, and a
 * negative number arrives as a huge one: that is no reading. The bounds are wide, so that no card to come is left out.
 */
const bounds: { readonly [name in NvmlFunction]?: readonly [least: number, most: number] } = {
  nvmlDeviceGetCount_v2: [0, 256],
  nvmlDeviceGetMaxMigDeviceCount: [0, 64],
  nvmlDeviceGetClockInfo: [0, 100_000],
  nvmlDeviceGetMaxClockInfo: [1, 100_000],
  nvmlDeviceGetTemperature: [0, 200],
  nvmlDeviceGetTemperatureThreshold: [1, 200],
  nvmlDeviceGetPowerUsage: [0, 100_000_000],
  nvmlDeviceGetEnforcedPowerLimit: [1, 100_000_000],
  nvmlDeviceGetPowerManagementDefaultLimit: [1, 100_000_000],
  nvmlDeviceGetCurrPcieLinkGeneration: [1, 15],
  nvmlDeviceGetMaxPcieLinkGeneration: [1, 15],
  nvmlDeviceGetCurrPcieLinkWidth: [1, 64],
  nvmlDeviceGetMaxPcieLinkWidth: [1, 64],
};

const noReading = (name: NvmlFunction, value: number | bigint) =>
  unavailable(`${name}: the driver answers ${value}, which cannot be`);

/** A number that a call answers, if it can be one. */
export function plausible(name: NvmlFunction, value: number): Reading<number> {
  const [least, most] = bounds[name] ?? [0, value];
  return value >= least && value <= most ? value : noReading(name, value);
}

/** A switch, which is off or on and nothing else: nvmlEnableState_t. */
export function onOrOff(name: NvmlFunction, value: number): Reading<boolean> {
  return value === 0 || value === 1 ? value === 1 : noReading(name, value);
}

/** A count in 64 bits that a double holds exactly. */
export function countable(name: NvmlFunction, value: bigint): Reading<number> {
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : noReading(name, value);
}
