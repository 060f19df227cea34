import { readFileSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { UsageError } from '../contract/usage-error.js';

const holderSchema = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  /** Start of the process in the kernel's ticks, where it can be read: a pid comes back, in a container soon. */
  started: z.string(),
});
type Holder = z.infer<typeof holderSchema>;

export const lockName = '.preflight-lock';

/** Keeps other processes out of a folder; a lock whose process is gone is taken over. Returns the release. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, lockName);
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), started: startOf(process.pid) });
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (await create(path, mine)) {
      return async () => {
        if ((await contents(path)) === mine) await rm(path, { force: true });
      };
    }
    const found = await contents(path);
    if (found === null) continue;
    const holder = parseHolder(found);
    if (holder && isAlive(holder)) throw busy(folder, holder);
    if (!holder && attempt === 0) {
      // Another process may have made the file and not yet written its name into it.
      await setTimeout(200);
      continue;
    }
    await takeAway(path, found);
  }
  throw busy(folder, null);
}

async function create(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the stale lock and no other: a rename is atomic, so of two that try, one gets it and can see what it got. */
async function takeAway(path: string, stale: string): Promise<void> {
  const aside = `${path}.${process.pid}.stale`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await contents(aside)) === stale) await rm(aside, { force: true });
  else await rename(aside, path);
}

async function contents(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}

function parseHolder(text: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function isAlive(holder: Holder): boolean {
  // Of another machine on a shared folder nothing can be known, so it counts as running.
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return startOf(holder.pid) === holder.started;
}

function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')')).split(' ')[20] ?? '';
  } catch {
    return '';
  }
}

function busy(folder: string, holder: Holder | null): UsageError {
  const who = holder ? ` (process ${holder.pid} on ${holder.host})` : '';
  const elsewhere =
    holder && holder.host !== hostname() ? `; if that one has ended, delete ${join(folder, lockName)}` : '';
  return new UsageError(
    `Another preflight run is writing to ${folder}${who}: wait for it or choose another --out${elsewhere}.`,
  );
}
