import { spawnSync } from 'node:child_process';
import { mkdtemp, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own that is quickly full. */
export interface SmallDisk {
  path: string;
  /** Takes all the room that is left. @returns the file that takes it */
  fill(): Promise<string>;
  makeReadOnly(): void;
  remove(): void;
}

/** A file system of 512 KiB, or why there is none. */
export async function smallDisk(): Promise<SmallDisk | { reason: string }> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return { reason: 'a small disk is mounted by root on Linux alone' };
  const path = await mkdtemp(join(tmpdir(), 'preflight-disk-'));
  const mounted = spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', path], {
    encoding: 'utf8',
  });
  if (mounted.status !== 0)
    return { reason: `tmpfs could not be mounted: ${(mounted.stderr ?? 'no mount').trim()}` };
  return {
    path,
    async fill() {
      const { bavail, bsize } = await statfs(path);
      const ballast = join(path, 'ballast');
      await writeFile(ballast, Buffer.alloc(bavail * bsize));
      return ballast;
    },
    makeReadOnly: () => void spawnSync('/bin/mount', ['-o', 'remount,ro', path]),
    remove: () => void spawnSync('/bin/umount', [path]),
  };
}
