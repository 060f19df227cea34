import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './processes.js';

/** A control group of this test's own that the kernel keeps to so much memory. */
export interface MemoryCgroup {
  folder: string;
  limitBytes: number;
  /** Puts a process in, by its id: what it takes from then on counts, and what it had before does not. */
  add(pid: number): void;
  /** Processes of it that the kernel has ended for their memory. */
  oomKills(): number;
  /** Highest that it has held at once, file cache included. */
  peakBytes(): number;
  /** Processes that are in it. */
  processes(): number[];
  /** Takes it away, once its processes have ended. @throws Error where some do not */
  remove(): Promise<void>;
}

/** Where the kernel keeps memory's control groups, and what it calls what is needed of them. */
interface Hierarchy {
  mount: string;
  limit: string;
  /** The limit of memory and swap together (v1), or of swap alone (v2): not there where the kernel counts no swap. */
  swap: { file: string; value(limitBytes: number): number };
  kills: string;
  peak: string;
}

const v1: Hierarchy = {
  mount: '/sys/fs/cgroup/memory',
  limit: 'memory.limit_in_bytes',
  swap: { file: 'memory.memsw.limit_in_bytes', value: (limitBytes) => limitBytes },
  kills: 'memory.oom_control',
  peak: 'memory.max_usage_in_bytes',
};
const v2: Hierarchy = {
  mount: '/sys/fs/cgroup',
  limit: 'memory.max',
  swap: { file: 'memory.swap.max', value: () => 0 },
  kills: 'memory.events',
  peak: 'memory.peak',
};

let made = 0;

/**
 * Makes a control group with a limit: of cgroup v1 or v2, whichever has the memory's controller here.
 * @throws Error as the system does where none can be made
 */
export function memoryCgroup(limitBytes: number): MemoryCgroup {
  const { mount, limit, swap, kills, peak } = existsSync(join(v1.mount, v1.limit)) ? v1 : v2;
  const folder = join(mount, `preflight-test-${process.pid}-${made++}`);
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  const processes = () => read('cgroup.procs').split('\n').filter(Boolean).map(Number);
  mkdirSync(folder);
  try {
    writeFileSync(join(folder, limit), String(limitBytes));
    if (existsSync(join(folder, swap.file)))
      writeFileSync(join(folder, swap.file), String(swap.value(limitBytes)));
  } catch (error) {
    rmdirSync(folder);
    throw error;
  }
  return {
    folder,
    // Cut to whole pages by the kernel.
    limitBytes: Number(read(limit)),
    add: (pid) => writeFileSync(join(folder, 'cgroup.procs'), String(pid)),
    oomKills: () => Number(/^oom_kill (\d+)$/m.exec(read(kills))?.[1]),
    peakBytes: () => Number(read(peak)),
    processes,
    async remove() {
      await until(`no process in ${folder}`, () => processes().length === 0, 10_000);
      rmdirSync(folder);
    },
  };
}

/** Why no control group can be made here, for a test's name; empty where one can. */
export const cgroupAbsent = await (async () => {
  if (process.platform !== 'linux') return ' (skipped: control groups are Linux’s)';
  try {
    await memoryCgroup(2 ** 30).remove();
    return '';
  } catch (error) {
    return ` (skipped: no control group can be made here: ${(error as Error).message})`;
  }
})();
