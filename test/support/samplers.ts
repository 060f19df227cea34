import { readdirSync, readFileSync } from 'node:fs';
import { isAlive } from './processes.js';

/** Processes that sample a GPU and were started by this one, or by `parent`; from /proc. */
export function samplersOf(parent = process.pid): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const ppid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        return ppid === parent && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('gpu-sampler.js');
      } catch {
        return false; // ended since
      }
    })
    .filter(isAlive);
}
