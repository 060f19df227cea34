import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** Name of a variable by which a test finds the processes that it has started, and those that they have. */
export const markerName = 'PREFLIGHT_TEST_MARKER';

/** Whether a process runs; one that has ended and waits for its parent does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z';
  } catch {
    return process.platform !== 'linux';
  }
}

/** Processes whose environment has the marker, from /proc; none where there is no /proc. */
export function markedProcesses(marker: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`${markerName}=${marker}`);
      } catch {
        return false;
      }
    })
    .map(Number)
    .filter(isAlive);
}

/** Waits until a condition holds. @throws Error naming what did not happen in time */
export async function until(what: string, holds: () => boolean, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await setTimeout(20);
  }
}
