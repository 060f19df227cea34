import { readFileSync } from 'node:fs';

const everyMs = 20;

/**
 * Watches the resident memory of a process until it holds more than it may, or is told to stop.
 * @param onMore is told once, in bytes
 * @returns stops
 */
export function watchMemory(pid: number, limitBytes: number, onMore: (bytes: number) => void): () => void {
  const timer = setInterval(() => {
    const bytes = residentBytes(pid);
    if (bytes === null || bytes <= limitBytes) return;
    clearInterval(timer);
    onMore(bytes);
  }, everyMs);
  return () => clearInterval(timer);
}

/** Resident memory of a process in bytes; null where it is gone or the system does not say. */
function residentBytes(pid: number): number | null {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}
