import { readFileSync } from 'node:fs';

/**
 * Processes that the kernel's out-of-memory killer has ended so far, in this process's cgroup or, where it has
 * none, on the machine; null where the system does not say.
 */
export function countOomKills(root = '/'): number | null {
  for (const [file, key] of [
    ['sys/fs/cgroup/memory.events', 'oom_kill'],
    ['proc/vmstat', 'oom_kill'],
  ] as const) {
    try {
      const line = new RegExp(`^${key} (\\d+)$`, 'm').exec(readFileSync(`${root}${file}`, 'utf8'));
      if (line) return Number(line[1]);
    } catch {
      // Not this kind of system: the next one may do.
    }
  }
  return null;
}
