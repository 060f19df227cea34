import { writeFileSync } from 'node:fs';
import koffi from 'koffi';

const killSignal = 9;
/** `PR_SET_PDEATHSIG` of <sys/prctl.h>. */
const parentDeathSignal = 1;

/** Makes this process end with its parent, whatever the parent's end and whatever this one is in the middle of. */
export function endWithParent(): void {
  if (process.platform !== 'linux') return;
  try {
    const prctl = koffi.load('libc.so.6').func('int prctl(int, unsigned long)');
    prctl(parentDeathSignal, killSignal);
  } catch {
    // A libc of another name: the parent's own kill still ends us.
  }
}

/** Offers this process to the kernel's out-of-memory killer before others. */
function offerToOomKiller(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Another system, or a read-only /proc.
  }
}

/** What Electron gives a utility process in place of `process.send`; its types come with Electron, which is not here. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

const { parentPort } = process as unknown as { parentPort?: ParentPort };

/** Sends a message; resolved once it is on its way, which on Windows takes a moment. */
export function tellParent(message: object): Promise<void> {
  if (parentPort) {
    parentPort.postMessage(message);
    return Promise.resolve();
  }
  return new Promise((sent) => {
    if (!process.send) return sent();
    process.send(message, undefined, undefined, () => sent());
  });
}

/** Hears all that its parent says, and ends when that is gone. */
export function hearParent(listener: (message: unknown) => void): void {
  // A native call blocks the event loop, so that news of the parent's end would come late.
  endWithParent();
  // Ctrl-C reaches the whole group; the parent decides when this process ends.
  process.on('SIGINT', () => {});
  if (parentPort) {
    parentPort.on('message', ({ data }) => listener(data));
    return;
  }
  process.on('disconnect', () => process.exit(0));
  process.on('message', listener);
}

let goOn = () => {};

/** Waits for what the parent says next to a process that is answering it, whatever that is. */
export function nextWord(): Promise<void> {
  return new Promise((heard) => {
    goOn = heard;
  });
}

/**
 * Says that this process is ready, answers the one question of its parent, and ends.
 * @param answer gives the last word; must not throw
 */
export function answerParent<Question>(answer: (question: Question) => Promise<object>): void {
  offerToOomKiller();
  let asked = false;
  hearParent(async (question) => {
    if (asked) return goOn();
    asked = true;
    await tellParent(await answer(question as Question));
    // A utility process is ended by its parent once it has said its last word.
    if (!parentPort) process.disconnect();
  });
  void tellParent({ type: 'ready' });
}
