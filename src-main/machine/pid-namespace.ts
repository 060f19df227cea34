import { readlinkSync } from 'node:fs';
import path from 'node:path';
import { type Reading, unavailable } from '../contract/reading.js';

/** The inode of Linux's first process-id namespace: PROC_PID_INIT_INO in include/linux/proc_ns.h. */
const firstNamespace = 'pid:[4026531836]';

/**
 * Whether the process ids that NVML lists are those that this process sees: not so in a container with process ids of
 * its own, where an equal number may be another's process.
 */
export function processIdsAreOurs(root = '/'): Reading<true> {
  if (process.platform !== 'linux') return true;
  try {
    if (readlinkSync(path.join(root, 'proc/self/ns/pid')) === firstNamespace) return true;
  } catch {
    return true; // no such file: a kernel without process-id namespaces, or /proc restricted
  }
  return unavailable("in a container, NVML's process ids are the host's, not those seen here");
}
