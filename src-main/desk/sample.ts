import type { Live } from '../contract/channels.js';
import { unavailable } from '../contract/evidence.js';
import type { Gpu, Machine } from '../contract/machine.js';
import type { RunSample } from '../contract/run-state.js';

/**
 * How the device that a run measures on fares at one moment: its GPU, or the host's memory where it has none.
 * @param seconds since the run began
 */
export function sampleOf(live: Live, seconds: number, machine: Machine, measured: Gpu | null): RunSample {
  if (measured === null) {
    const { totalBytes, cgroupLimitBytes } = machine.host.memory;
    const whole = typeof cgroupLimitBytes === 'number' ? Math.min(cgroupLimitBytes, totalBytes) : totalBytes;
    const none = unavailable('probes run on no NVIDIA GPU');
    const usedBytes = Math.max(0, whole - live.hostFreeBytes);
    return { seconds, usedBytes, powerWatts: none, smMHz: none, gpuCelsius: none };
  }
  const now = live.gpus.find(({ index }) => index === measured.index);
  const missing = unavailable('the GPU is not listed now');
  if (now === undefined)
    return { seconds, usedBytes: missing, powerWatts: missing, smMHz: missing, gpuCelsius: missing };
  const { memory, detail } = now;
  const { usedBytes } = memory;
  if ('unavailable' in detail)
    return { seconds, usedBytes, powerWatts: detail, smMHz: detail, gpuCelsius: detail };
  return {
    seconds,
    usedBytes,
    powerWatts: detail.power.drawWatts,
    smMHz: detail.clocks.smMHz,
    gpuCelsius: detail.temperatures.gpuCelsius,
  };
}
