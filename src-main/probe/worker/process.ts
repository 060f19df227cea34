import { writeFileSync } from 'node:fs';
import koffi from 'koffi';

const killSignal = 9;
/** `PR_SET_PDEATHSIG` of <sys/prctl.h>. */
const parentDeathSignal = 1;

/**
 * Makes this process end with its parent, whatever the parent's end, and offers it to the kernel's
 * out-of-memory killer before others. A native run blocks the event loop, so that a message would come late.
 */
export function bindToParent(): void {
  if (process.platform !== 'linux') return;
  try {
    const prctl = koffi.load('libc.so.6').func('int prctl(int, unsigned long)');
    prctl(parentDeathSignal, killSignal);
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // A libc of another name or a read-only /proc: the parent's own kill still ends us.
  }
}
