import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startGroup } from '../../../src-main/machine/process-group.js';
import { isAlive, until } from '../../support/processes.js';

const folder = mkdtempSync(join(tmpdir(), 'preflight-group-'));
afterAll(() => rmSync(folder, { recursive: true }));
const place = { cwd: folder, env: process.env };
const shell = (script: string) => startGroup('/bin/sh', ['-c', script], place);

/** A script that starts another in a session of its own, which starts a third there, and writes all their numbers. */
const nested = `echo $$ > a; setsid sh -c 'echo $$ > b; setsid sleep 600 & echo $! > c; sleep 600' & sleep 600`;
const numbers = () => ['a', 'b', 'c'].map((name) => Number(readFileSync(join(folder, name), 'utf8')));
const allWritten = () => {
  try {
    return numbers().every((pid) => pid > 0);
  } catch {
    return false;
  }
};

describe.skipIf(process.platform !== 'linux')('a program with all that it starts', () => {
  it('is heard to its end, and how that was', async () => {
    const group = shell('echo one; echo two; echo why >&2; printf three; exit 7');
    const lines: string[] = [];
    group.onLine((line) => lines.push(line));
    expect(await group.end).toEqual({ code: 7, signal: null, outOfMemory: false });
    expect(lines).toEqual(['one', 'two', 'three']);
    expect(group.stderr()).toBe('why\n');
  });

  it('is ended with what has left its session', async () => {
    const group = shell(nested);
    await until('all three run', allWritten, 10_000);
    const running = numbers();
    expect(running.map(isAlive)).toEqual([true, true, true]);
    await group.endAll();
    expect(running.map(isAlive)).toEqual([false, false, false]);
    expect((await group.end).signal).toBe('SIGKILL');
  });

  it('is over when it has ended, though what it left holds its output open', async () => {
    const group = shell('sleep 600 & echo $! > left');
    expect(await group.end).toMatchObject({ code: 0 });
    const left = Number(readFileSync(join(folder, 'left'), 'utf8'));
    expect(isAlive(left)).toBe(true);
    await group.endAll();
    expect(isAlive(left)).toBe(false);
  });

  it('is told by its standard input that this process has ended', async () => {
    const group = shell('[ -p /dev/stdin ] || [ -S /dev/stdin ] && echo pipe');
    const lines: string[] = [];
    group.onLine((line) => lines.push(line));
    await group.end;
    expect(lines).toEqual(['pipe']);
  });

  it('says why it could not be started', async () => {
    const group = startGroup('/no/such/program', [], place);
    expect(await group.end).toEqual({ code: null, signal: null, outOfMemory: false });
    expect(group.stderr()).toMatch(/ENOENT/);
    await group.endAll();
  });
});
