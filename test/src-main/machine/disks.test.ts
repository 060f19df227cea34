import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { dataDiskSchema } from '../../../src-main/contract/machine.js';
import { UsageError } from '../../../src-main/contract/usage-error.js';
import { findDataFiles } from '../../../src-main/machine/data-files.js';
import { measureReadSpeed } from '../../../src-main/machine/disk-speed.js';
import { readDataDisk, readWorkDisk } from '../../../src-main/machine/disks.js';
import { pinnedLimit, readSharedMemory } from '../../../src-main/machine/shared-memory.js';
import { within } from '../../../src-main/machine/within.js';
import { tree } from './tree.js';

const mebi = 2 ** 20;
const linux = process.platform === 'linux';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

/** A data set of videos in folders, as many MiB each as given. */
function dataSet(sizes: readonly number[]): string {
  const root = tree({ 'list.csv': 'path,text\n' });
  roots.push(root);
  sizes.forEach((size, index) => {
    mkdirSync(path.join(root, `part${index % 2}`), { recursive: true });
    writeFileSync(path.join(root, `part${index % 2}/${index}.mp4`), Buffer.alloc(size * mebi, index + 1));
  });
  return root;
}

/** `df`'s word on a folder, in bytes. */
function df(folder: string, column: 'avail' | 'size'): number {
  const text = execFileSync('df', ['-B1', `--output=${column}`, folder], { encoding: 'utf8' });
  return Number(text.trim().split('\n').at(-1));
}
const near = (bytes: number, share: number) => [bytes * (1 - share), bytes * (1 + share)] as const;
function expectNear(actual: unknown, bytes: number, share = 0.05) {
  const [low, high] = near(bytes, share);
  expect(actual).toBeGreaterThan(low);
  expect(actual).toBeLessThan(high);
}

describe('the files of a data set', () => {
  const search = { leastBytes: mebi, enoughBytes: 64 * mebi, mostEntries: 100 };
  const find = (folder: string, more = {}) =>
    findDataFiles(folder, { ...search, signal: new AbortController().signal, ...more });

  it('are found in the folders below, without small ones, holes and broken links', async () => {
    const root = dataSet([2, 3]);
    writeFileSync(path.join(root, 'hole.mp4'), '');
    truncateSync(path.join(root, 'hole.mp4'), 8 * mebi);
    symlinkSync('nowhere', path.join(root, 'broken.mp4'));
    symlinkSync('part0/0.mp4', path.join(root, 'linked.mp4'));
    const found = await find(root);
    expect(found.map(({ path: file, bytes }) => [path.relative(root, file), bytes]).sort()).toEqual([
      ['linked.mp4', 2 * mebi],
      ['part0/0.mp4', 2 * mebi],
      ['part1/1.mp4', 3 * mebi],
    ]);
  });

  it('are looked for no further than is enough', async () => {
    const root = dataSet([2, 2, 2, 2]);
    expect(await find(root, { enoughBytes: 3 * mebi })).toHaveLength(2);
    expect(await find(root, { mostEntries: 1 })).toEqual([]);
    expect(await find(path.join(root, 'absent'))).toEqual([]);
  });
});

describe.skipIf(!linux)('read speed', () => {
  it('is bytes a second of the files there, and leaves them as they were', async () => {
    const root = dataSet([12, 12]);
    const before = readdirSync(root, { recursive: true });
    const speed = await measureReadSpeed(root);
    // Slower than a floppy disk, or faster than the memory of any machine: not a reading.
    expect(speed).toBeGreaterThan(50_000);
    expect(speed).toBeLessThan(1e12);
    expect(readdirSync(root, { recursive: true })).toEqual(before);
  });

  it('is unavailable, with its reason, where there is too little to read', async () => {
    expect(await measureReadSpeed(dataSet([1, 2]))).toEqual({
      unavailable: expect.stringContaining('no 16 MiB in files'),
    });
  });

  it.skipIf(spawnSync('fincore', ['--version']).status !== 0)(
    'does not go through the page cache',
    async () => {
      const root = dataSet([20]);
      const file = path.join(root, 'part0/0.mp4');
      const cached = () =>
        Number(execFileSync('fincore', ['-b', '-n', '-o', 'RES', file], { encoding: 'utf8' }).trim());
      // Written out, and then given up: dd(1), "nocache".
      execFileSync('sync', [file]);
      execFileSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0', 'status=none']);
      expect(cached()).toBe(0);
      expect(await measureReadSpeed(root)).toBeGreaterThan(0);
      expect(cached()).toBe(0);
      readFileSync(file);
      expect(cached()).toBe(20 * mebi);
    },
  );
});

describe('disks', () => {
  it.skipIf(!linux)('gives what df gives, for a folder and for the list of a data set', async () => {
    const root = dataSet([1]);
    const disk = dataDiskSchema.parse(await readDataDisk(root));
    expect(disk.path).toBe(root);
    expectNear(disk.freeBytes, df(root, 'avail'));
    expect((await readDataDisk(path.join(root, 'list.csv'))).path).toBe(root);
  });

  it.skipIf(!linux)(
    'refuses what holds no data set, and takes no file system without a size for a full one',
    async () => {
      const root = dataSet([]);
      execFileSync('mkfifo', [path.join(root, 'pipe')]);
      await expect(readDataDisk(path.join(root, 'pipe'))).rejects.toThrow(
        /pipe is neither a folder nor a file/,
      );
      await expect(readDataDisk('/dev/zero')).rejects.toThrow(/neither a folder nor a file/);
      await expect(readDataDisk('')).rejects.toThrow(/^--data '' is empty/);
      expect((await readDataDisk('/proc')).freeBytes).toEqual({
        unavailable: 'the file system of /proc gives no size',
      });
    },
  );

  it('refuses a data set that is not there', async () => {
    const absent = path.join(dataSet([]), 'absent');
    await expect(readDataDisk(absent)).rejects.toThrow(UsageError);
    await expect(readDataDisk(absent)).rejects.toThrow(/^--data .* is not there/);
  });

  it.skipIf(!linux)('looks at the nearest folder above a report that is not written yet', async () => {
    const root = dataSet([]);
    const disk = await readWorkDisk(path.join(root, 'reports/first'));
    expect(disk).toMatchObject({ path: path.join(root, 'reports/first') });
    expectNear('freeBytes' in disk && disk.freeBytes, df(root, 'avail'));
  });
});

describe('memory that is shared and pinned', () => {
  it.skipIf(!linux)('reads the size of /dev/shm as df does', async () => {
    const shared = await readSharedMemory();
    expect('totalBytes' in shared && shared.totalBytes).toBe(df('/dev/shm', 'size'));
  });

  it('reads the soft limit, and no limit as such', () => {
    const line = (soft: string) =>
      `Max locked memory         ${soft}            unlimited            bytes     \n`;
    expect(pinnedLimit(line('65536'))).toBe(65_536);
    expect(pinnedLimit(line('unlimited'))).toBe('unlimited');
    expect(pinnedLimit(line('0'))).toBe(0);
    expect(pinnedLimit(line('18446744073709551614'))).toBe('unlimited');
    expect(pinnedLimit('Max file size 1 1 bytes\n')).toHaveProperty('unavailable');
    expect(pinnedLimit(undefined)).toHaveProperty('unavailable');
  });
});

describe('a deadline', () => {
  it('ends a wait, and passes a failure on', async () => {
    expect(await within(new Promise(() => {}), 1)).toBeUndefined();
    expect(await within(Promise.resolve(3), 1000)).toBe(3);
    await expect(within(Promise.reject(new Error('broken')), 1000)).rejects.toThrow('broken');
  });

  it('does not count what came while the thread was held up', async () => {
    // Ready as soon as the thread is free, which is after the deadline's own timer is due.
    const read = within(new Promise((resolve) => setImmediate(resolve, 3)), 5);
    const end = performance.now() + 50;
    while (performance.now() < end);
    expect(await read).toBe(3);
  });
});
