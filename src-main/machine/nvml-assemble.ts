import { isUnavailable, type Reading, unavailable } from '../contract/reading.js';
import type { NvmlBasics, NvmlDevice, NvmlMachine, NvmlMessage } from './nvml-messages.js';

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

/** Whether any reading is missing because the GPU fell off the bus; a name may hold the same words. */
function saysLost(readings: unknown): boolean {
  if (typeof readings !== 'object' || readings === null) return false;
  if (isUnavailable(readings)) return readings.unavailable.endsWith('NVML_ERROR_GPU_IS_LOST');
  return Object.values(readings).some(saysLost);
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
