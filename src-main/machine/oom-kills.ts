import { fileReader, groupFolders } from './cgroup.js';

/**
 * Counts the processes that the kernel ended for their memory: in the control groups around a process, and on the whole
 * machine. A count that rose says that a SIGKILL between two readings was the kernel's.
 *
 * The groups' files are found now, since a process that has ended has no groups any more. cgroup v1 counts in
 * `memory.oom_control`, v2 in `memory.events`, the machine in /proc/vmstat: docs.kernel.org/admin-guide/cgroup-v2.html.
 *
 * @param pid the process, or `self` for this one
 * @returns asks for the counts' sum; null where nothing is counted
 */
export function oomKillCounter(pid: number | 'self' = 'self', root = '/'): () => number | null {
  const read = fileReader(root);
  const groups = groupFolders(read(`proc/${pid}/cgroup`) ?? '').map(
    ({ folder, version }) => `${folder}/${version === 2 ? 'memory.events' : 'memory.oom_control'}`,
  );
  const files = [...new Set(groups), 'proc/vmstat'];
  return () => {
    const counts = files.flatMap((file) => {
      const count = /^oom_kill (\d+)$/m.exec(read(file) ?? '')?.[1];
      return count === undefined ? [] : [Number(count)];
    });
    return counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0);
  };
}
