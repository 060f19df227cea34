import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { mem } from 'systeminformation';
import { type Reading, unavailable } from '../contract/evidence.js';
import type { Host } from '../contract/machine.js';
import { type CgroupLimits, readCgroupLimits } from './cgroup.js';

/** Reads the host, counting in what affinity and control groups leave to this process. `root` is where Linux's files lie. */
export async function readHost(root = '/'): Promise<Host> {
  const limits: CgroupLimits =
    process.platform === 'linux' ? readCgroupLimits(root) : { cores: null, memory: null };
  const memory = await readMemory(root);
  return {
    hostname: os.hostname(),
    os: osName(readText(root, 'etc/os-release')),
    arch: process.arch,
    node: process.version,
    cpu: {
      name: cpuName(os.cpus()[0]?.model),
      usableCores: usableCores(readText(root, 'proc/self/status'), limits.cores),
    },
    memory: {
      totalBytes: memory.totalBytes,
      freeBytes: Math.min(memory.freeBytes, limits.memory?.leftBytes ?? memory.freeBytes),
      cgroupLimitBytes: limits.memory?.limitBytes ?? unavailable('no memory limit is set by a control group'),
      pinnedLimitBytes: unavailable('not read'),
      shared: unavailable('not read'),
    },
    surroundings: unavailable('not read'),
    workDisk: unavailable('not read'),
    dataDisk: unavailable('not asked for (--data)'),
    python: unavailable('no environment was named'),
  };
}

function readText(root: string, file: string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return readFileSync(path.join(root, file), 'utf8');
  } catch {
    return undefined;
  }
}

function cpuName(model: string | undefined): Reading<string> {
  const name = model?.trim();
  // libuv says "unknown" where /proc/cpuinfo has no model name, as on many arm64 machines.
  return name && name !== 'unknown' ? name : unavailable('the operating system names no CPU model');
}

/** e.g. `Debian GNU/Linux 12 (bookworm), Linux 6.1.0`. */
export function osName(osRelease: string | undefined): string {
  const kernel = `${os.type()} ${os.release()}`;
  const pretty = /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(osRelease ?? '')?.[1];
  return pretty ? `${pretty}, ${kernel}` : kernel;
}

/** Cores by affinity (Cpus_allowed_list in /proc/self/status), or the quota where that is less. */
export function usableCores(status: string | undefined, quota: number | null): number {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status ?? '')?.[1];
  const allowed = list === undefined ? os.availableParallelism() : countOfList(list);
  return Math.min(allowed, quota ?? allowed);
}

/** `0-3,8` is 5. */
function countOfList(list: string): number {
  return list.split(',').reduce((sum, range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return sum + last - first + 1;
  }, 0);
}

async function readMemory(root: string): Promise<{ totalBytes: number; freeBytes: number }> {
  const fromProc = parseMeminfo(readText(root, 'proc/meminfo'));
  if (fromProc) return fromProc;
  // On macOS what the system calls free leaves out what it would give up at once.
  if (process.platform === 'darwin') {
    const { total, available } = await mem();
    return { totalBytes: total, freeBytes: available };
  }
  return { totalBytes: os.totalmem(), freeBytes: os.freemem() };
}

/** MemTotal and MemAvailable of /proc/meminfo, which counts in KiB. */
export function parseMeminfo(
  text: string | undefined,
): { totalBytes: number; freeBytes: number } | undefined {
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text ?? '')?.[1]);
  const [total, available] = [kib('MemTotal'), kib('MemAvailable')];
  if (Number.isNaN(total) || Number.isNaN(available)) return undefined;
  return { totalBytes: total * 1024, freeBytes: available * 1024 };
}
