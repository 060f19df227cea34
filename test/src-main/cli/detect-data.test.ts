import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Machine, machineSchema } from '../../../src-main/contract/machine.js';
import { compile, compiler } from '../../native/compile.js';
import { builtMain } from '../../support/built.js';
import { runCli, startCli } from '../../support/cli.js';
import { markedProcesses } from '../../support/processes.js';

const linux = process.platform === 'linux';
const root = linux && process.getuid?.() === 0 && spawnSync('setpriv', ['--version']).status === 0;

describe('detect --data', () => {
  let folder: string;
  const diskOf = (stdout: string): Machine['host']['dataDisk'] =>
    machineSchema.parse(JSON.parse(stdout)).host.dataDisk;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'preflight-data-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('reads the disk of a folder', async () => {
    const { code, stdout } = await runCli(['detect', '--data', folder, '--json']);
    expect(code).toBe(0);
    expect(diskOf(stdout)).toMatchObject({ path: folder, freeBytes: expect.any(Number) });
  });

  it('refuses an empty path in one line, for a variable that was not set', async () => {
    const { code, stdout, stderr } = await runCli(['detect', '--data', '', '--json']);
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: "preflight: --data '' is empty; name the folder where the data set lies\n",
    });
  });

  it.skipIf(!linux || compiler === undefined)(
    'ends where the data lies on a share that is gone, and leaves no process behind',
    async () => {
      const share = path.join(folder, 'gone-share');
      mkdirSync(share);
      const env = { LD_PRELOAD: compile('hanging-disk.c', 'hanging.so', '-shared', '-fPIC') };
      const run = await startCli(['detect', '--data', share, '--json'], { env });
      const { code, stdout } = await run.end;
      expect(code).toBe(0);
      expect(diskOf(stdout)).toEqual({
        path: share,
        freeBytes: { unavailable: `the file system of ${share} did not answer in 250 ms` },
        readBytesPerSecond: { unavailable: "the folder's list of files took longer than 0.5 s" },
      });
      expect(markedProcesses(run.marker)).toEqual([]);
    },
  );

  it.skipIf(!root)('refuses a folder that this user may not read', async () => {
    const cli = path.join(await builtMain(), 'cli.js');
    const closed = path.join(folder, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o700);
    chmodSync(folder, 0o755);
    const found = spawnSync(
      'setpriv',
      [
        '--reuid=65534',
        '--regid=65534',
        '--clear-groups',
        process.execPath,
        cli,
        'detect',
        '--data',
        closed,
        '--json',
      ],
      { encoding: 'utf8', cwd: '/' },
    );
    expect(found.stderr).toBe(
      `preflight: --data ${closed} is in a folder that cannot be read (EACCES); name the folder where the data set lies\n`,
    );
    expect(found.status).toBe(2);
  });
});
