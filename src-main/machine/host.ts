import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Reading, unavailable } from '../contract/evidence.js';
import type { Host } from '../contract/machine.js';
import { type CgroupLimits, readCgroupLimits } from './cgroup.js';
import type { Environment } from './cuda-folders.js';
import { askDataDisk } from './data-disk.js';
import { readWorkDisk } from './disks.js';
import { readPython } from './python-environment.js';
import { pinnedLimit, readSharedMemory } from './shared-memory.js';
import { readSurroundings } from './surroundings.js';

export interface HostOptions {
  /** `--cuda-libs DIR`, which may be a Python environment. */
  cudaLibs?: string | undefined;
  /** `--data PATH`. */
  data?: string | undefined;
  /** Where the report will be written. */
  workFolder?: string | undefined;
  env?: Environment;
  /** Where Linux's files lie. */
  root?: string;
}

/**
 * Reads the host, counting in what affinity and control groups leave to this process. With `data`, up to a second is
 * spent on reading files there.
 * @throws UsageError where `data` is not there
 */
export async function readHost(options: HostOptions = {}): Promise<Host> {
  const { root = '/', env = process.env, workFolder = '.', data, cudaLibs } = options;
  const limits = readLimits(root);
  const [memory, shared, workDisk] = await Promise.all([
    readMemory(root),
    readSharedMemory(root),
    readWorkDisk(workFolder),
  ]);
  // After these, so that nothing that holds this thread up at the start counts as slow reading.
  const dataDisk = data === undefined ? unavailable('not asked for (--data)') : await askDataDisk(data);
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
      pinnedLimitBytes: pinnedLimit(readText(root, 'proc/self/limits')),
      shared,
    },
    surroundings: readSurroundings((file) => readText(root, file), env, root),
    workDisk,
    dataDisk,
    python: readPython(cudaLibs, env),
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

/** What a new process can still take of the host's memory, in bytes: available, or left under the cgroup's limit. */
export async function readFreeMemory(root = '/'): Promise<number> {
  const { freeBytes } = await readMemory(root);
  return Math.min(freeBytes, readLimits(root).memory?.leftBytes ?? freeBytes);
}

function readLimits(root: string): CgroupLimits {
  return process.platform === 'linux' ? readCgroupLimits(root) : { cores: null, memory: null };
}

async function readMemory(root: string): Promise<{ totalBytes: number; freeBytes: number }> {
  const fromProc = parseMeminfo(readText(root, 'proc/meminfo'));
  if (fromProc) return fromProc;
  // On macOS what the system calls free leaves out what it would give up at once.
  if (process.platform === 'darwin') {
    const { mem } = await import('systeminformation');
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
