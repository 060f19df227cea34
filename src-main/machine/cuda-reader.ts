import { writeSync } from 'node:fs';
import { isUnavailable, type Reading, unavailable } from '../contract/reading.js';
import { endWithParent } from '../probe/worker/process.js';
import { type Cuda, loadCuda, openCuda } from './cuda-driver.js';
// Types alone: the parent checks what comes back.
import type { CudaView } from './cuda-messages.js';
import { decodeString } from './nvml-layout.js';

// A process of its own: the driver may hang or end it. No context is made, so that no memory of a GPU is taken.

const standardOutput = 1;
const textSize = 256;

/** Written at once and not queued: the next call may be the one that does not come back. */
function say(message: CudaView | { calling: string } | { unavailable: string }): void {
  writeSync(standardOutput, `${JSON.stringify(message)}\n`);
}

function readView(): CudaView | { unavailable: string } {
  const library = loadCuda();
  if (isUnavailable(library)) return library;
  const cuda = openCuda((call) => say({ calling: call }), library);
  if (isUnavailable(cuda)) return { refusal: cuda.unavailable, devices: [] };
  const count = int(cuda.make('cuDeviceGetCount'));
  return { refusal: '', devices: Array.from({ length: count }, (_, ordinal) => readDevice(cuda, ordinal)) };
}

function readDevice(cuda: Cuda, ordinal: number): CudaView['devices'][number] {
  const device = int(cuda.make('cuDeviceGet', ordinal));
  const text = (call: 'cuDeviceGetName' | 'cuDeviceGetPCIBusId') =>
    attempt(() => {
      const buffer = Buffer.alloc(textSize);
      cuda.call(call, buffer, textSize, device);
      return decodeString(buffer);
    });
  return {
    name: text('cuDeviceGetName'),
    pciAddress: text('cuDeviceGetPCIBusId'),
    totalBytes: attempt(() => Number(cuda.make('cuDeviceTotalMem_v2', device))),
  };
}

/** The int that was written to the first half of 64 bits. */
const int = (bits: bigint) => Number(BigInt.asIntN(32, bits));

function attempt<T>(read: () => T): Reading<T> {
  try {
    return read();
  } catch (error) {
    return unavailable(error instanceof Error ? error.message : String(error));
  }
}

endWithParent();
const view = attempt(readView);
// A count that fails is no view: its reason is.
say(view);
