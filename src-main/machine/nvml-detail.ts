import type { GpuDetail } from '../contract/machine.js';
import { isUnavailable, type Reading, unavailable } from '../contract/reading.js';
import {
  confComputeState,
  nvmlFailure,
  nvmlFunctionNotFound,
  nvmlInsufficientSize,
  nvmlSuccess,
  utilization,
} from './nvml-layout.js';
import { type Nvml, type NvmlFunction, type NvmlHandle, readUint, readUint64 } from './nvml-library.js';
import { readNvLinks } from './nvml-links.js';
import { memoryReader } from './nvml-memory.js';
import type { NvmlDetail } from './nvml-messages.js';
import { readMig } from './nvml-mig.js';
import { countable, onOrOff } from './nvml-plausible.js';
import {
  architectureName,
  computeModeName,
  performanceStateName,
  throttleWords,
  virtualizationName,
} from './nvml-words.js';

/** Enums of nvml.h: nvmlClockType_t, nvmlTemperatureSensors_t, nvmlTemperatureThresholds_t and so on. */
const clockSm = 1;
const clockMemory = 2;
const sensorGpu = 0;
const thresholdShutdown = 0;
const thresholdSlowdown = 1;
const eccCorrected = 0;
const eccUncorrected = 1;
/** Since the driver was loaded: NVML_VOLATILE_ECC. */
const eccVolatile = 0;
const retirementCauses = [0, 1];

/** Everything that NVML says of one GPU beyond its memory; each reading that the driver refuses says so by itself. */
export function readDetail(nvml: Nvml, handle: NvmlHandle): NvmlDetail {
  const uint = (name: NvmlFunction, ...which: number[]) => readUint(nvml, name, handle, ...which);
  const on = (name: NvmlFunction) => map(uint(name), (value) => onOrOff(name, value));
  return {
    generation: map(uint('nvmlDeviceGetArchitecture'), architectureName),
    reservedBytes: readReserved(nvml, handle),
    utilization: readUtilization(nvml, handle),
    clocks: {
      smMHz: uint('nvmlDeviceGetClockInfo', clockSm),
      memoryMHz: uint('nvmlDeviceGetClockInfo', clockMemory),
      maxSmMHz: uint('nvmlDeviceGetMaxClockInfo', clockSm),
      maxMemoryMHz: uint('nvmlDeviceGetMaxClockInfo', clockMemory),
    },
    temperatures: {
      gpuCelsius: uint('nvmlDeviceGetTemperature', sensorGpu),
      slowdownCelsius: uint('nvmlDeviceGetTemperatureThreshold', thresholdSlowdown),
      shutdownCelsius: uint('nvmlDeviceGetTemperatureThreshold', thresholdShutdown),
    },
    power: {
      drawWatts: map(uint('nvmlDeviceGetPowerUsage'), fromMilli),
      // What holds after all limiters, also one that a server's management sets.
      limitWatts: map(uint('nvmlDeviceGetEnforcedPowerLimit'), fromMilli),
      defaultLimitWatts: map(uint('nvmlDeviceGetPowerManagementDefaultLimit'), fromMilli),
    },
    performanceState: map(uint('nvmlDeviceGetPerformanceState'), performanceStateName),
    throttleReasons: readThrottle(nvml, handle),
    ecc: {
      enabled: readEccMode(nvml, handle),
      corrected: readEccErrors(nvml, handle, eccCorrected),
      uncorrected: readEccErrors(nvml, handle, eccUncorrected),
    },
    retiredPages: readRetiredPages(nvml, handle),
    retiredPagesPending: on('nvmlDeviceGetRetiredPagesPendingStatus'),
    remappedRows: readRemappedRows(nvml, handle),
    pcie: {
      generation: uint('nvmlDeviceGetCurrPcieLinkGeneration'),
      width: uint('nvmlDeviceGetCurrPcieLinkWidth'),
      maxGeneration: uint('nvmlDeviceGetMaxPcieLinkGeneration'),
      maxWidth: uint('nvmlDeviceGetMaxPcieLinkWidth'),
    },
    nvlinks: readNvLinks(nvml, handle),
    mig: readMig(nvml, handle),
    persistence: on('nvmlDeviceGetPersistenceMode'),
    computeMode: map(uint('nvmlDeviceGetComputeMode'), computeModeName),
    displayAttached: on('nvmlDeviceGetDisplayMode'),
    virtualization: map(uint('nvmlDeviceGetVirtualizationMode'), virtualizationName),
    confidentialCompute: readConfidential(nvml),
  };
}

function map<A, B>(value: Reading<A>, change: (value: A) => Reading<B>): Reading<B> {
  return isUnavailable(value) ? value : change(value as A);
}

const fromMilli = (milli: number) => milli / 1000;

function readReserved(nvml: Nvml, handle: NvmlHandle): Reading<number> {
  return map(
    memoryReader(nvml, handle)(),
    ({ reservedBytes }) =>
      reservedBytes ?? unavailable('this driver counts what it keeps for itself as used memory'),
  );
}

function readUtilization(nvml: Nvml, handle: NvmlHandle): GpuDetail['utilization'] {
  const buffer = Buffer.alloc(utilization.size);
  const status = nvml.call('nvmlDeviceGetUtilizationRates', handle, buffer);
  if (status !== nvmlSuccess) {
    const missing = nvmlFailure('nvmlDeviceGetUtilizationRates', status);
    return { gpuPercent: missing, memoryPercent: missing };
  }
  const percent = (offset: number): Reading<number> => {
    const value = buffer.readUInt32LE(offset);
    return value <= 100 ? value : unavailable(`nvmlDeviceGetUtilizationRates answers ${value} %`);
  };
  return { gpuPercent: percent(utilization.gpu), memoryPercent: percent(utilization.memory) };
}

/** The entry point was renamed; older drivers have the second name alone. */
export function readThrottle(nvml: Nvml, handle: NvmlHandle): Reading<string[]> {
  const buffer = Buffer.alloc(8);
  const ask = (name: NvmlFunction) => ({ name, status: nvml.call(name, handle, buffer) });
  let asked = ask('nvmlDeviceGetCurrentClocksEventReasons');
  if (asked.status === nvmlFunctionNotFound) asked = ask('nvmlDeviceGetCurrentClocksThrottleReasons');
  if (asked.status !== nvmlSuccess) return nvmlFailure(asked.name, asked.status);
  return throttleWords(buffer.readBigUInt64LE());
}

function readEccMode(nvml: Nvml, handle: NvmlHandle): Reading<boolean> {
  const [current, pending] = [Buffer.alloc(4), Buffer.alloc(4)];
  const status = nvml.call('nvmlDeviceGetEccMode', handle, current, pending);
  if (status !== nvmlSuccess) return nvmlFailure('nvmlDeviceGetEccMode', status);
  return onOrOff('nvmlDeviceGetEccMode', current.readUInt32LE());
}

function readEccErrors(nvml: Nvml, handle: NvmlHandle, kind: number): Reading<number> {
  const name = 'nvmlDeviceGetTotalEccErrors';
  return map(readUint64(nvml, name, handle, kind, eccVolatile), (errors) => countable(name, errors));
}

/** Pages retired for whatever cause. Room for none is given, so INSUFFICIENT_SIZE is how the driver says how many. */
function readRetiredPages(nvml: Nvml, handle: NvmlHandle): Reading<number> {
  let pages = 0;
  const [count, addresses] = [Buffer.alloc(4), Buffer.alloc(8)];
  for (const cause of retirementCauses) {
    count.writeUInt32LE(0);
    const status = nvml.call('nvmlDeviceGetRetiredPages', handle, cause, count, addresses);
    if (status !== nvmlSuccess && status !== nvmlInsufficientSize)
      return nvmlFailure('nvmlDeviceGetRetiredPages', status);
    pages += count.readUInt32LE();
  }
  return pages;
}

function readRemappedRows(nvml: Nvml, handle: NvmlHandle): GpuDetail['remappedRows'] {
  const values = Array.from({ length: 4 }, () => Buffer.alloc(4));
  const status = nvml.call('nvmlDeviceGetRemappedRows', handle, ...values);
  if (status !== nvmlSuccess) return nvmlFailure('nvmlDeviceGetRemappedRows', status);
  const [correctable, uncorrectable, pending, failed] = values.map((value) => value.readUInt32LE());
  return {
    correctable: correctable!,
    uncorrectable: uncorrectable!,
    pending: pending !== 0,
    failed: failed !== 0,
  };
}

/** Of the whole machine, since NVML has no answer for a single GPU. */
function readConfidential(nvml: Nvml): Reading<boolean> {
  const buffer = Buffer.alloc(confComputeState.size);
  const status = nvml.call('nvmlSystemGetConfComputeState', buffer);
  if (status !== nvmlSuccess) return nvmlFailure('nvmlSystemGetConfComputeState', status);
  return onOrOff('nvmlSystemGetConfComputeState', buffer.readUInt32LE(confComputeState.ccFeature));
}
