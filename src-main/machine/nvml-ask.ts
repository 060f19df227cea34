import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type NvmlMessage, nvmlMessageSchema } from './nvml-messages.js';

/** How long the reading process may be silent, in milliseconds. */
export interface Patience {
  callMs: number;
  /** Where no program keeps the driver loaded (persistence off), these calls start each GPU, which takes seconds. */
  wakingMs: number;
  totalMs: number;
}

const defaultPatience: Patience = { callMs: 2000, wakingMs: 10_000, totalMs: 30_000 };
const wakingCalls = ['nvmlInit_v2', 'nvmlDeviceGetCount_v2', 'nvmlDeviceGetHandleByIndex_v2'];

/** What the reading process said, and why it ended before its time; empty where it did not. */
export interface NvmlAnswer {
  messages: NvmlMessage[];
  ending: string;
}

/**
 * Has NVML read in a process of its own, which is killed when a call does not come back: a thread cannot be ended within
 * a native call. Measured on a busy machine, a process that loads koffi took 466 ms to a thread's 261; it runs beside
 * the other readings.
 */
export function askNvml(patience = defaultPatience, file = readerFile()): Promise<NvmlAnswer> {
  const messages: NvmlMessage[] = [];
  if (!file)
    return Promise.resolve({ messages, ending: 'the reader of NVML is not built: run `npm run build`' });
  const child = spawn(process.execPath, [file], {
    // Electron's executable is Node only when it is told to be.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
  });
  return new Promise((resolve) => {
    let last: Extract<NvmlMessage, { type: 'calling' }> | undefined;
    let silence: NodeJS.Timeout;
    let ended = false;
    const end = (how: string) => {
      ended = true;
      clearTimeout(silence);
      clearTimeout(total);
      const where = last ? ` (${last.call}${last.gpu === null ? '' : `, GPU ${last.gpu}`})` : '';
      resolve({ messages, ending: how && `${how}${where}` });
    };
    const giveUp = (milliseconds: number) => {
      child.kill('SIGKILL');
      // A process that waits within the kernel outlives the signal: nothing of it is waited for.
      child.stdout.destroy();
      child.unref();
      end(`NVML did not answer within ${milliseconds / 1000} s`);
    };
    const wait = (milliseconds: number) => {
      clearTimeout(silence);
      silence = setTimeout(giveUp, milliseconds, milliseconds);
    };
    const total = setTimeout(giveUp, patience.totalMs, patience.totalMs);
    wait(patience.wakingMs);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = parse(line);
      if (!message || ended) return;
      if (message.type !== 'calling') return messages.push(message);
      last = message;
      return wait(wakingCalls.includes(message.call) ? patience.wakingMs : patience.callMs);
    });
    child.once('error', (error) => end(`the process that reads NVML could not be started: ${error.message}`));
    child.once('close', (code, signal) =>
      end(code === 0 ? '' : `NVML ended its process by ${signal ?? `code ${code}`}`),
    );
  });
}

/** Undefined for what is no message of ours, such as a library's own output. */
function parse(line: string): NvmlMessage | undefined {
  try {
    return nvmlMessageSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** The built reader: beside the built face that this code runs in, or in `out/` where it runs from source; or empty. */
function readerFile(): string {
  const places = ['./nvml-reader.js', '../nvml-reader.js', '../../out/main/nvml-reader.js'];
  return places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find(existsSync) ?? '';
}
