import { createInterface } from 'node:readline';
import { isUnavailable } from '../contract/reading.js';
import { type NvmlMessage, nvmlMessageSchema } from './nvml-messages.js';
import type { OwnProcess } from './own-process.js';
import { startReader } from './start-reader.js';

/** How long the reading process may be silent, in milliseconds. */
export interface Patience {
  callMs: number;
  /** Where no program keeps the driver loaded (persistence off), these calls start each GPU, which takes seconds. */
  wakingMs: number;
  /** In all; left out for a process that reads again and again. */
  totalMs?: number;
}

const defaultPatience: Patience = { callMs: 2000, wakingMs: 10_000, totalMs: 30_000 };
const wakingCalls = ['nvmlInit_v2', 'nvmlDeviceGetCount_v2', 'nvmlDeviceGetHandleByIndex_v2'];

/** What the reading process said, and why it ended before its time; empty where it did not. */
export interface NvmlAnswer {
  messages: NvmlMessage[];
  ending: string;
}

/**
 * Hears what NVML says in a process of its own, until that ends.
 * @param child where it was started before
 * @param onMessage told of each message at once
 */
export async function askNvml(
  child = startReader('nvml-reader'),
  patience = defaultPatience,
  onMessage: (message: NvmlMessage) => void = () => {},
): Promise<NvmlAnswer> {
  const messages: NvmlMessage[] = [];
  if (isUnavailable(child)) return { messages, ending: child.unavailable };
  const ending = await hearNvml(child, patience, (message) => {
    messages.push(message);
    onMessage(message);
  });
  return { messages, ending };
}

/**
 * Hears a process that reads NVML, and kills it when a call does not come back: a thread cannot be ended within a native
 * call. Answers why it ended before its time; empty where it did not.
 */
export function hearNvml(
  child: OwnProcess,
  patience: Patience,
  onMessage: (message: NvmlMessage) => void,
): Promise<string> {
  return new Promise((resolve) => {
    let last: Extract<NvmlMessage, { type: 'calling' }> | undefined;
    let silence: NodeJS.Timeout;
    let total: NodeJS.Timeout | undefined;
    let ended = false;
    const end = (how: string) => {
      ended = true;
      clearTimeout(silence);
      clearTimeout(total);
      const where = last ? ` (${last.call}${last.gpu === null ? '' : `, GPU ${last.gpu}`})` : '';
      resolve(how && `${how}${where}`);
    };
    const giveUp = (milliseconds: number) => {
      child.abandon();
      end(`NVML did not answer within ${milliseconds / 1000} s`);
    };
    const wait = (milliseconds: number) => {
      clearTimeout(silence);
      silence = setTimeout(giveUp, milliseconds, milliseconds);
    };
    if (patience.totalMs !== undefined) total = setTimeout(giveUp, patience.totalMs, patience.totalMs);
    wait(patience.wakingMs);
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const message = parse(line);
      if (!message || ended) return;
      if (message.type !== 'calling') return onMessage(message);
      last = message;
      return wait(wakingCalls.includes(message.call) ? patience.wakingMs : patience.callMs);
    });
    child.onExit(({ code, signal }) => {
      if (code === null && signal === null) return end('the process that reads NVML could not be started');
      end(code === 0 ? '' : `NVML ended its process by ${signal ?? `code ${code}`}`);
    });
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
