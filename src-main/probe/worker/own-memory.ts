import { readFileSync } from 'node:fs';

/** Resident memory of this process now, and the highest so far, in bytes; null where the system does not say. */
export function ownMemory(): { resident: number; highest: number } | null {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    const field = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
    const [resident, highest] = [field('VmRSS'), field('VmHWM')];
    return Number.isFinite(resident + highest) ? { resident, highest } : null;
  } catch {
    return null;
  }
}
