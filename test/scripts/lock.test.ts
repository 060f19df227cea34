import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withLock } from '../../scripts/lib/lock.mjs';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-lock-'));
  path = join(folder, 'below', '.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('lets one in at a time, and leaves nothing behind', async () => {
  let inside = 0;
  let most = 0;
  const work = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await sleep(30);
    inside -= 1;
  };
  await Promise.all([withLock(path, work), withLock(path, work), withLock(path, work)]);
  expect(most).toBe(1);
  expect(existsSync(path)).toBe(false);
});

it('is free again after a failure', async () => {
  await expect(withLock(path, async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withLock(path, async () => 'yes')).toBe('yes');
});

const pidOfTheDead = () => Number(spawnSync(process.execPath, ['-p', 'process.pid']).stdout);

it.each([
  ['a process that has ended', () => `${pidOfTheDead()}\n${hostname()}\n`, 0],
  ['another host, long ago', () => '1\nsome-other-host\n', 3600],
  ['a process killed before it wrote its name', () => '', 60],
])('takes over the lock of %s', async (_whose, content, age) => {
  await withLock(path, async () => {}); // makes the folder
  writeFileSync(path, content());
  const then = new Date(Date.now() - age * 1000);
  utimesSync(path, then, then);
  expect(await withLock(path, async () => 'mine')).toBe('mine');
});

it('waits for the lock of a process that lives', async () => {
  await withLock(path, async () => {});
  writeFileSync(path, `${process.pid}\n${hostname()}\n`);
  const taken = withLock(path, async () => 'mine');
  expect(await Promise.race([taken, sleep(300, 'waits')])).toBe('waits');
  rmSync(path);
  expect(await taken).toBe('mine');
});
