import { setTimeout } from 'node:timers/promises';
import { isUnavailable, type Reading } from '../contract/evidence.js';
import { hearNvml, type Patience } from './nvml-ask.js';
import { assemble } from './nvml-assemble.js';
import type { NvmlMachine, NvmlMessage } from './nvml-messages.js';
import type { OwnProcess } from './own-process.js';
import { everyVariable, startReader } from './start-reader.js';

/** More than for one reading: a busy machine is no driver that hangs. */
const defaultPatience: Patience = { callMs: 5000, wakingMs: 10_000 };
/** After a driver hung or crashed it is asked again so much later. */
const againMs = 10_000;

/**
 * Reads the NVIDIA GPUs again and again in one process, which is killed when a call does not come back and started anew
 * some seconds later. Where there is no NVML it says so once and is done.
 *
 * @param onRead told of each reading, of a part of one where the driver hung or crashed in the middle
 * @returns the end of it
 */
export function watchNvml(
  everyMs: number,
  onRead: (machine: Reading<NvmlMachine>) => void,
  patience = defaultPatience,
): () => void {
  const stopping = new AbortController();
  const { signal } = stopping;
  void watch(everyMs, onRead, patience, signal);
  return () => stopping.abort();
}

async function watch(
  everyMs: number,
  onRead: (machine: Reading<NvmlMachine>) => void,
  patience: Patience,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const child = startReader('nvml-reader', undefined, { [everyVariable]: String(everyMs) });
    if (isUnavailable(child)) return onRead(child);
    const messages = await hearRounds(child, onRead, patience, signal);
    if (signal.aborted) return;
    onRead(assemble(messages.heard, messages.ending || 'the process that reads NVML has ended'));
    if (messages.heard.some(({ type }) => type === 'absent')) return;
    await setTimeout(againMs, undefined, { signal, ref: false }).catch(() => {});
  }
}

/** Tells whole rounds, and answers what was heard of the last one. */
async function hearRounds(
  child: OwnProcess,
  onRead: (machine: Reading<NvmlMachine>) => void,
  patience: Patience,
  signal: AbortSignal,
): Promise<{ heard: NvmlMessage[]; ending: string }> {
  let heard: NvmlMessage[] = [];
  const kill = () => child.kill();
  signal.addEventListener('abort', kill);
  const ending = await hearNvml(child, patience, (message) => {
    if (message.type !== 'round') {
      heard.push(message);
    } else if (!signal.aborted) {
      onRead(assemble(heard, ''));
      heard = [];
    }
  });
  signal.removeEventListener('abort', kill);
  return { heard, ending };
}
