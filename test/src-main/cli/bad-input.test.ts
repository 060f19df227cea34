import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identityOf } from '../../../src-main/report/run-identity.js';
import { openRunFolder } from '../../../src-main/report/store.js';
import { dryRunReport } from '../../fixtures/dry-run-reports.js';
import { builtMain } from '../../support/built.js';
import { runCli } from '../../support/cli.js';

// The built command line in processes of its own: one line on standard error, nothing on standard output, status 2.

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-bad-'));
  await builtMain();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const good: Record<string, string> = {
  '--model': 'v1.2',
  '--task': 'train',
  '--resolution': '144p',
  '--frames': '17',
  '--device': 'cpu',
};

/** A command with good flags, some of them replaced, or taken out where they are null. */
function words(command: string, over: Record<string, string | null>): string[] {
  const flags = Object.entries({
    ...good,
    ...(command === 'measure' ? { '--block': 'spatial' } : {}),
    ...over,
  });
  return [command, ...flags.flatMap(([flag, value]) => (value === null ? [] : [flag, value]))];
}

async function expectRefusal(args: readonly string[], says: readonly RegExp[]): Promise<string> {
  const { code, stdout, stderr } = await runCli(args, { cwd: folder });
  expect(stderr).toMatch(/^preflight: [^\n]+\n$/);
  for (const text of says) expect(stderr).toMatch(text);
  expect(stderr).not.toMatch(/a fault of this program|\bat .*\.js:\d|node_modules/);
  expect(stdout).toBe('');
  expect(code).toBe(2);
  return stderr;
}

describe.concurrent('a flag that cannot be acted on', () => {
  it.each<[string, string, Record<string, string | null>, RegExp[]]>([
    ['model', 'run', { '--model': 'v9.9' }, [/v9\.9/, /v1\.0, v1\.1, v1\.2, v1\.3, v2\.0/]],
    ['no model', 'run', { '--model': null }, [/--model is missing/, /v1\.2/]],
    ['no task', 'run', { '--task': null }, [/--task is missing/, /train or infer/]],
    ['task', 'run', { '--task': 'trian' }, [/trian/, /did you mean train/]],
    ['resolution', 'run', { '--resolution': '145p' }, [/145p/, /did you mean 144p/]],
    ['no resolution', 'run', { '--resolution': null }, [/--resolution is missing/, /144p/]],
    ['aspect', 'run', { '--aspect': '5:4:3' }, [/5:4:3/]],
    [
      'frames that the VAE takes not',
      'run',
      { '--model': 'v2.0', '--resolution': '256px', '--frames': '50' },
      [/50/, /49 and 53/],
    ],
    ['no frames', 'run', { '--frames': null }, [/--frames is missing/]],
    ['upstream alone', 'run', { '--upstream': '/x' }, [/--upstream needs --python too/]],
    ['python alone', 'run', { '--python': '/x' }, [/--python needs --upstream too/]],
    [
      'upstream that is not there',
      'run',
      { '--upstream': '/no/such', '--python': '/x' },
      [/--upstream \/no\/such: there is no such folder; git clone --branch opensora\/v1\.2 https/],
    ],
    [
      'upstream for an inference',
      'run',
      { '--task': 'infer', '--upstream': '/x', '--python': '/x' },
      [/--upstream runs training steps/],
    ],
    ['frames 0', 'run', { '--frames': '0' }, [/--frames/, /at least 1/]],
    ['batch 0', 'run', { '--batch': '0' }, [/--batch/, /at least 1, not 0/]],
    ['batch below 0', 'run', { '--batch': '-1' }, [/at least 1, not -1/]],
    ['batch 1e99', 'run', { '--batch': '1e99' }, [/more than any machine can take/]],
    ['batch nan', 'run', { '--batch': 'nan' }, [/whole number/, /nan/]],
    ['batch 1.5', 'run', { '--batch': '1.5' }, [/whole number/]],
    ['batch empty', 'run', { '--batch': '' }, [/whole number/]],
    ['a type', 'run', { '--dtype': 'fp8' }, [/fp8/, /bf16, fp16, fp32/]],
    ['on or off', 'run', { '--ema': 'maybe' }, [/--ema/, /maybe/, /on, off/]],
    ['device', 'run', { '--device': 'gpu' }, [/--device gpu/, /auto, cuda, webgpu, dml, coreml, cpu/]],
    ['profile', 'run', { '--profile': 'fast' }, [/--profile fast/, /quick, standard, thorough/]],
    ['GPU name', 'run', { '--gpu': 'Foo' }, [/Foo/, /closest names are/, /--gpu-memory/]],
    ['GPU name, nearly right', 'run', { '--gpu': 'H10O' }, [/H100/]],
    ['GPU memory', 'run', { '--gpu-memory': '-5' }, [/above zero/, /24GiB/]],
    ['GPU memory in words', 'run', { '--gpu-memory': 'lots' }, [/lots/, /24GiB/]],
    ['GPU and its memory', 'run', { '--gpu': 'H100', '--gpu-memory': '24GiB' }, [/exclude each other/]],
    ['GPU ordinals', 'run', { '--gpus': 'first' }, [/--gpus first/, /0,1/]],
    ['an ordinal twice', 'run', { '--gpus': '0,0' }, [/twice/]],
    ['CUDA libraries', 'run', { '--cuda-libs': '/nowhere' }, [/--cuda-libs \/nowhere/, /not a folder/]],
    ['an unknown option', 'run', { '--framez': '3' }, [/--framez/, /--frames/]],
    ['an empty folder name', 'run', { '--out': '' }, [/--out is empty/]],
    ['block', 'measure', { '--block': 'spatail' }, [/spatail/, /did you mean spatial/]],
    ['block of another version', 'measure', { '--block': 'double' }, [/v1\.2 has spatial and temporal/]],
    ['no block', 'measure', { '--block': null }, [/--block is missing/, /spatial/]],
  ])('%s', async (_, command, over, says) => {
    await expectRefusal(words(command, over), says);
  });

  it('an unknown command', async () => {
    await expectRefusal(['rum'], [/rum/, /run/]);
  });

  it('a word too many', async () => {
    await expectRefusal([...words('run', {}), 'more'], [/too many arguments/]);
  });

  it('a flag without its value', async () => {
    await expectRefusal(['run', '--model'], [/--model/, /missing/]);
  });

  it('a device that this system has not, or that has no GPU', async () => {
    const dml = process.platform === 'win32' ? 'coreml' : 'dml';
    await expectRefusal(words('run', { '--device': dml }), [new RegExp(`--device ${dml}`), /possible here/]);
  });
});

describe('a folder that cannot be written to or belongs to something else', () => {
  /** Every file below a folder, with its content and time. */
  const snapshot = (at: string) =>
    (readdirSync(at, { recursive: true }) as string[]).sort().map((name) => {
      const stat = statSync(join(at, name));
      return [name, stat.mtimeMs, stat.isFile() ? readFileSync(join(at, name), 'utf8') : ''];
    });

  async function expectUntouched(at: string, says: readonly RegExp[], over: Record<string, string> = {}) {
    const before = snapshot(folder);
    const stderr = await expectRefusal(words('run', { ...over, '--out': at }), says);
    expect(snapshot(folder)).toEqual(before);
    return stderr;
  }

  it('is a file', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, 'mine');
    await expectUntouched(file, [/a-file/, /file/, /--out/]);
    await expectUntouched(join(file, 'below'), [/a-file/, /--out/]);
  });

  it('has unrelated files', async () => {
    const at = join(folder, 'photos');
    mkdirSync(at);
    writeFileSync(join(at, 'cat.jpg'), 'cat');
    await expectUntouched(at, [/photos/, /cat\.jpg/, /empty or new folder/]);
  });

  it("has another program's report.json", async () => {
    const at = join(folder, 'jest');
    mkdirSync(at);
    writeFileSync(join(at, 'report.json'), '{"numFailedTests":0}');
    await expectUntouched(at, [/jest/, /report\.json/, /--out/]);
  });

  it('has a report.json that is not whole', async () => {
    const at = join(folder, 'broken');
    mkdirSync(at);
    writeFileSync(join(at, 'report.json'), '{"kind":"preflight-report","sche');
    await expectUntouched(at, [/broken/, /report\.json/, /no whole JSON/]);
    writeFileSync(join(at, 'report.json'), '');
    await expectUntouched(at, [/report\.json/, /empty/]);
  });

  it.skipIf(process.platform !== 'linux')('lies where nothing can be made', async () => {
    await expectUntouched('/proc/preflight/out', [/\/proc\/preflight\/out/, /--out/]);
    await expectUntouched('/dev/null/out', [/\/dev\/null\/out/, /--out/]);
    await expectUntouched('/sys/preflight', [/\/sys\/preflight/, /--out/]);
  });

  it.skipIf(process.getuid?.() === 0)('is read-only (not for root, who may write all the same)', async () => {
    const at = join(folder, 'read-only');
    mkdirSync(at);
    chmodSync(at, 0o555);
    await expectUntouched(join(at, 'out'), [/may not write/, /--out/]);
  });

  it('is a link that leads nowhere', async () => {
    const link = join(folder, 'dangling');
    symlinkSync(join(folder, 'nowhere', 'at', 'all'), link);
    const { code, stderr, stdout } = await runCli(words('run', { '--out': link }), { cwd: folder });
    expect(stderr).toMatch(/^preflight: [^\n]*dangling[^\n]*\n$/);
    expect([code, stdout]).toEqual([2, '']);
    rmSync(link);
  });

  it('holds the run of another target, or a probe that is not whole', async () => {
    const at = join(folder, 'run');
    const report = dryRunReport();
    const run = await openRunFolder(at, identityOf(report));
    await run.record(report.probes[0]!);
    await run.finish(report);
    await run.close();
    await expectUntouched(at, [/run holds another run/, /target/, /nothing was changed/, /--out/]);
    writeFileSync(join(at, 'probes', '001.json'), '{"point":');
    await expectUntouched(at, [/probes\/001\.json/, /not whole JSON/, /Move that file away/]);
  });
});

describe('standard output', () => {
  it.skipIf(!existsSync('/dev/full'))('that is full is said, and is no success', async () => {
    const cli = join(await builtMain(), 'cli.js');
    const command = `exec "$0" "${cli}" measure --structural --json --model v1.2 --block spatial --resolution 144p --frames 17 > /dev/full`;
    const { status, stderr } = spawnSync('/bin/sh', ['-c', command, process.execPath], { encoding: 'utf8' });
    expect(stderr).toMatch(/^preflight: cannot write to standard output: [^\n]+\n$/);
    expect(status).toBe(1);
  });

  it('whose reader has gone is no fault', async () => {
    const cli = join(await builtMain(), 'cli.js');
    const { stdout, stderr } = spawnSync(
      '/bin/sh',
      ['-c', '"$0" "$1" detect | true; echo done', process.execPath, cli],
      { encoding: 'utf8' },
    );
    expect([stdout, stderr]).toEqual(['done\n', '']);
  });
});
