import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What the control groups around this process allow it. Nulls where nothing is limited. */
export interface CgroupLimits {
  /** Cores by quota: the lowest of quota over period among this group and those above it. */
  cores: number | null;
  /** The limit with the least left under it. */
  memory: { limitBytes: number; leftBytes: number } | null;
}

/**
 * Reads the limits of cgroup v1 and v2 from the files under `root`. In a container the path that /proc/self/cgroup
 * names may be the host's; every folder from there up to the mount is tried, and those that exist count.
 */
export function readCgroupLimits(root = '/'): CgroupLimits {
  const read = fileReader(root);
  const quotas: number[] = [];
  const memories: { limitBytes: number; leftBytes: number }[] = [];
  for (const { folder, version } of groupFolders(read('proc/self/cgroup') ?? '')) {
    const group = (file: string) => read(`${folder}/${file}`);
    quotas.push(...(version === 2 ? quotaV2(group('cpu.max')) : quotaV1(group)));
    const memory = version === 2 ? memoryV2(group) : memoryV1(group);
    if (memory) memories.push(memory);
  }
  memories.sort((a, b) => a.leftBytes - b.leftBytes);
  return { cores: quotas.length > 0 ? Math.min(...quotas) : null, memory: memories[0] ?? null };
}

interface GroupFolder {
  folder: string;
  version: 1 | 2;
}

export type ReadFile = (file: string) => string | undefined;

/** Reads files under a root; what cannot be read is undefined. */
export function fileReader(root: string): ReadFile {
  return (file) => {
    try {
      return readFileSync(path.join(root, file), 'utf8');
    } catch {
      return undefined;
    }
  };
}

/** The folders that may be those of a process: lines of its /proc/PID/cgroup are `id:controllers:path`; v2's has no controllers. */
export function groupFolders(text: string): GroupFolder[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line): GroupFolder[] => {
      const [, controllers = '', ...rest] = line.split(':');
      const above = pathsUp(rest.join(':'));
      if (controllers === '') {
        // On a hybrid machine v2 is mounted beside v1.
        const mounts = ['sys/fs/cgroup', 'sys/fs/cgroup/unified'];
        return mounts.flatMap((mount) => above.map((group) => ({ folder: mount + group, version: 2 })));
      }
      const wanted = controllers.split(',').some((name) => name === 'cpu' || name === 'memory');
      if (!wanted) return [];
      const mounts = new Set([controllers, ...controllers.split(',')]);
      return [...mounts].flatMap((mount) =>
        above.map((group) => ({ folder: `sys/fs/cgroup/${mount}${group}`, version: 1 })),
      );
    });
}

/** `/a/b` gives `/a/b`, `/a` and the mount itself. A path that leads outside (`/../x`) counts as the mount. */
function pathsUp(group: string): string[] {
  const parts = group.split('/').filter((part) => part !== '');
  if (parts.includes('..')) return [''];
  return Array.from({ length: parts.length + 1 }, (_, up) =>
    parts
      .slice(0, parts.length - up)
      .map((part) => `/${part}`)
      .join(''),
  );
}

function quotaV2(text: string | undefined): number[] {
  const [quota, period] = (text ?? '').trim().split(' ').map(Number);
  return quota && period ? [quota / period] : []; // `max` is no number
}

function quotaV1(group: ReadFile): number[] {
  const quota = Number(group('cpu.cfs_quota_us') ?? '-1');
  const period = Number(group('cpu.cfs_period_us') ?? '0');
  return quota > 0 && period > 0 ? [quota / period] : [];
}

function memoryV2(group: ReadFile) {
  return left(group('memory.max'), group('memory.current'), group('memory.stat'), 'inactive_file');
}

function memoryV1(group: ReadFile) {
  const usage = group('memory.usage_in_bytes');
  return left(group('memory.limit_in_bytes'), usage, group('memory.stat'), 'total_inactive_file');
}

function left(limit: string | undefined, usage: string | undefined, stat: string | undefined, cache: string) {
  // What is no number, or empty, is none: `max` in v2. v1 writes "no limit" as a number near 2^63.
  if (![limit, usage].every((text) => /^\d+$/.test((text ?? '').trim()))) return null;
  const limitBytes = Number(limit);
  if (!Number.isSafeInteger(limitBytes)) return null;
  // Usage counts file cache that the kernel gives up before it kills: what kubelet too leaves out of the working set.
  const inactive = new RegExp(`^${cache} (\\d+)$`, 'm').exec(stat ?? '');
  const held = Number(usage) - Number(inactive?.[1] ?? 0);
  return { limitBytes, leftBytes: Math.max(0, limitBytes - Math.max(0, held)) };
}
