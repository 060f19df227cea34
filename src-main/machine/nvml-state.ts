import { isUnavailable, type Reading } from '../contract/reading.js';
import { readThrottle } from './nvml-detail.js';
import { type Nvml, type NvmlHandle, readUint } from './nvml-library.js';

/** How a GPU fares at one moment: what explains a slow measurement. */
export interface GpuState {
  powerWatts: Reading<number>;
  smMHz: Reading<number>;
  gpuCelsius: Reading<number>;
  /** In words, without `idle`. */
  throttleReasons: Reading<string[]>;
  pcieGeneration: Reading<number>;
}

/** NVML_CLOCK_SM of nvmlClockType_t, NVML_TEMPERATURE_GPU of nvmlTemperatureSensors_t. */
const clockSm = 1;
const sensorGpu = 0;

/** Asks the driver for each; some of these calls take a millisecond on a real one. */
export function readState(nvml: Nvml, handle: NvmlHandle): GpuState {
  const milliwatts = readUint(nvml, 'nvmlDeviceGetPowerUsage', handle);
  return {
    powerWatts: isUnavailable(milliwatts) ? milliwatts : milliwatts / 1000,
    smMHz: readUint(nvml, 'nvmlDeviceGetClockInfo', handle, clockSm),
    gpuCelsius: readUint(nvml, 'nvmlDeviceGetTemperature', handle, sensorGpu),
    throttleReasons: readThrottle(nvml, handle),
    pcieGeneration: readUint(nvml, 'nvmlDeviceGetCurrPcieLinkGeneration', handle),
  };
}
