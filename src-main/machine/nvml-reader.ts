import { writeSync } from 'node:fs';
import { isUnavailable } from '../contract/reading.js';
import { endWithParent } from '../probe/worker/process.js';
import { missingDevice } from './nvml-assemble.js';
import { readDetail } from './nvml-detail.js';
import { readCudaVersion, readDevice } from './nvml-device.js';
import {
  loadNvml,
  type Nvml,
  type NvmlHandle,
  openNvml,
  readHandle,
  readString,
  readUint,
} from './nvml-library.js';
import type { NvmlMessage } from './nvml-messages.js';
import { everyVariable } from './start-reader.js';

// A process of its own: calls into a driver block, and one that never comes back ends with its process alone.

const standardOutput = 1;
let gpu: number | null = null;

/** Written at once and not queued: the next call may be the one that does not come back. */
function say(message: NvmlMessage): void {
  // In a line of its own, also where the library has begun one.
  writeSync(standardOutput, `\n${JSON.stringify(message)}\n`);
}

/** NVML ready to be asked; null where there is none, which is said. */
function open(): Nvml | null {
  const absent = (what: 'library' | 'driver', reason: string) => {
    say({ type: 'absent', what, reason });
    return null;
  };
  const library = loadNvml();
  if (isUnavailable(library)) return absent('library', library.unavailable);
  const nvml = openNvml((call) => say({ type: 'calling', call, gpu }), library);
  return isUnavailable(nvml) ? absent('driver', nvml.unavailable) : nvml;
}

function readAll(nvml: Nvml): void {
  const count = readUint(nvml, 'nvmlDeviceGetCount_v2');
  if (isUnavailable(count)) say({ type: 'absent', what: 'driver', reason: count.unavailable });
  else readGpus(nvml, count);
  gpu = null;
}

/** First what every GPU is, then the rest: what hangs in the detail of one leaves the others their memory. */
function readGpus(nvml: Nvml, count: number): void {
  say({
    type: 'machine',
    driverVersion: readString(nvml, 'nvmlSystemGetDriverVersion', 80),
    cudaVersion: readCudaVersion(nvml),
    count,
  });
  const handles: { index: number; handle: NvmlHandle }[] = [];
  for (let index = 0; index < count; index++) {
    gpu = index;
    const handle = readHandle(nvml, index);
    if (isUnavailable(handle)) {
      say({ type: 'device', device: missingDevice(index, handle.unavailable) });
    } else {
      handles.push({ index, handle });
      say({ type: 'device', device: readDevice(nvml, index, handle) });
    }
  }
  for (const { index, handle } of handles) {
    gpu = index;
    say({ type: 'detail', nvmlIndex: index, detail: readDetail(nvml, handle) });
  }
}

function readAgain(nvml: Nvml): void {
  readAll(nvml);
  say({ type: 'round' });
}

// One that hangs within the driver hears of nothing else.
endWithParent();
const everyMs = Number(process.env[everyVariable] ?? 0);
const nvml = open();
if (nvml !== null && everyMs > 0) {
  readAgain(nvml);
  // Ends with its parent: there is no one to write to then.
  setInterval(readAgain, everyMs, nvml);
} else {
  if (nvml !== null) readAll(nvml);
  nvml?.close();
  // Electron's utility process does not end by itself when nothing is left to do.
  process.exit(0);
}
