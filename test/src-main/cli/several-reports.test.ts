import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { addCompare } from '../../../src-main/cli/compare-command.js';
import { addHistory } from '../../../src-main/cli/history-command.js';
import { addQualify } from '../../../src-main/cli/qualify-command.js';
import { baselineSchema } from '../../../src-main/contract/baseline.js';
import { comparisonSchema } from '../../../src-main/contract/comparison.js';
import { qualificationSchema } from '../../../src-main/contract/qualification.js';
import { UsageError } from '../../../src-main/contract/usage-error.js';
import { History } from '../../../src-main/report/history/history.js';
import { renderHtml } from '../../../src-main/report/html.js';
import { dryRunReport } from '../../fixtures/dry-run-reports.js';
import { labReport, scaled } from '../../fixtures/lab-reports.js';
import { builtMain } from '../../support/built.js';
import { runCli } from '../../support/cli.js';
import { runCommand } from '../../support/command.js';

// The commands that read several reports: compare, qualify and history.

let folder: string;
const at = (name: string) => join(folder, name);
const write = (name: string, value: unknown) =>
  writeFileSync(at(name), typeof value === 'string' ? value : JSON.stringify(value));
const lab = labReport();
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-several-'));
  write('good.json', lab);
  write('good-2.json', scaled(labReport({ id: 'two' }, 'lab-02'), { speed: 1.01 }));
  write('slow.json', scaled(labReport({ id: 'slow' }, 'lab-03'), { speed: 0.8 }));
  write('cpu.json', dryRunReport());
  write('page.html', renderHtml(lab));
  const made = await qualify('--make-baseline', at('good.json'), at('good-2.json'), '--out', at('base.json'));
  expect([made.code, made.out]).toEqual([0, '']);
  const base = JSON.parse(readFileSync(at('base.json'), 'utf8'));
  write('future.json', { ...lab, schemaVersion: 99 });
  write('future-base.json', { ...base, schemaVersion: 99 });
  write('invalid-base.json', { ...base, points: [{ ...base.points[0], memory: { median: -1 } }] });
  write('empty-base.json', { ...base, points: [] });
  write('other-base.json', { ...base, target: { ...base.target, gpuCount: 4 } });
  write('cut.json', JSON.stringify(lab).slice(0, 5000));
  write('empty.json', '');
  write('list.json', '[]');
  write('null.json', 'null');
  write('deep.json', `{"kind":"preflight-baseline","x":${'['.repeat(1e5)}${']'.repeat(1e5)}}`);
  write('proto.json', '{"__proto__":{"kind":"preflight-report"},"constructor":{}}');
  write('huge.json', '');
  truncateSync(at('huge.json'), 500 * 2 ** 20);
  mkdirSync(at('folder'));
  mkdirSync(at('done'));
  write('done/report.json', lab);
  expect(spawnSync('mkfifo', [at('pipe')]).status).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const compare = (...args: string[]) => runCommand(addCompare, ['compare', ...args]);
const withArgs = (args: string[]) => (program: Command, onExit: (code: number) => void) =>
  addQualify(program, args, onExit);
const qualify = (...args: string[]) => runCommand(withArgs(args), ['qualify', ...args]);
const history = (...args: string[]) => runCommand(addHistory, ['history', ...args]);

describe('preflight compare', () => {
  it('prints what changed, or one JSON document', async () => {
    const text = await compare(at('good.json'), at('slow.json'));
    expect([text.code, text.error]).toEqual([0, '']);
    expect(text.out).toMatch(/\+25 %/);
    const json = await compare(at('page.html'), at('slow.json'), at('good-2.json'), '--json');
    expect(comparisonSchema.parse(JSON.parse(json.out)).pairs).toHaveLength(2);
  });
});

describe('preflight qualify', () => {
  it('ends 0 where all qualify and 3 where one does not, and writes what it was asked for', async () => {
    expect((await qualify('--baseline', at('base.json'), at('good.json'))).code).toBe(0);
    const out = ['--junit', at('q.xml'), '--prometheus', at('q.prom')];
    const {
      code,
      out: text,
      error,
    } = await qualify('--baseline', at('base.json'), at('good.json'), at('slow.json'), ...out);
    expect(code).toBe(3);
    expect(text).toMatch(/✖ Not qualified: lab-03/);
    expect(error).toBe(`written: ${at('q.xml')}\nwritten: ${at('q.prom')}\n`);
    expect(readFileSync(at('q.xml'), 'utf8')).toMatch(/<testsuite name="lab-03"/);
    expect(readFileSync(at('q.prom'), 'utf8')).toMatch(/preflight_qualified\{host="lab-03"\} 0/);
    const json = await qualify(
      '--baseline',
      at('base.json'),
      at('slow.json'),
      '--tolerance',
      '30%',
      '--json',
    );
    expect([json.code, qualificationSchema.parse(JSON.parse(json.out)).tolerance]).toEqual([0, 0.3]);
  });

  it('prints a baseline where no file is named', async () => {
    const { out, code } = await qualify('--make-baseline', at('good.json'));
    expect(code).toBe(0);
    expect(baselineSchema.parse(JSON.parse(out)).reports).toHaveLength(1);
  });

  it.each([
    [[], /--baseline is missing/],
    [['--baseline', ''], /the path of the baseline is empty/],
    [['--baseline', 'base.json', '--make-baseline', 'good.json'], /exclude each other/],
    [['--make-baseline'], /no report is given/],
    [['--make-baseline', 'cpu.json'], /cpu\.json cannot be part of a baseline/],
    [['--make-baseline', 'good.json', '--out', 'folder'], /--out .*folder is a folder/],
    [['--make-baseline', 'base.json'], /base\.json is a baseline and no Preflight report/],
    [
      ['--baseline', 'good.json', 'good.json'],
      /good\.json is a report and no Preflight baseline; give a file that `preflight qualify --make-baseline` wrote/,
    ],
    [['--baseline', 'base.json', 'base.json'], /is a baseline and no Preflight report/],
    [
      ['--baseline', 'base.json', 'cpu.json'],
      /cpu\.json is of another run than the baseline: target\.model v1\.2, not v2\.0/,
    ],
    [['--baseline', 'other-base.json', 'good.json'], /gpuCount 8, not 4/],
    [
      ['--baseline', 'future-base.json', 'good.json'],
      /this baseline has schema 99; this Preflight reads up to 1: update Preflight/,
    ],
    [['--baseline', 'base.json', 'future.json'], /this report has schema 99/],
    [['--baseline', 'invalid-base.json', 'good.json'], /no valid baseline at points\.0\.memory/],
    [['--baseline', 'empty-base.json', 'good.json'], /no valid baseline at points/],
    [['--baseline', 'base.json', 'good.json', '--tolerance', '5'], /--tolerance 5: give a percentage/],
    [['--baseline', 'base.json', 'good.json', '--tolerance', '0%'], /above 0 and below 100/],
    [['--baseline', 'base.json', 'good.json', '--tolerance', '-5%'], /--tolerance -5%/],
    [['--baseline', 'base.json', 'good.json', '--tolerance', '1e99%'], /--tolerance 1e99%/],
    [['--baseline', 'base.json', 'good.json', '--junit', 'folder'], /--junit .*folder is a folder/],
    [
      ['--baseline', 'base.json', 'good.json', '--prometheus', 'pipe'],
      /--prometheus .*is a device or pipe; name a file$/,
    ],
    [['--baseline', 'base.json', 'good.json', '--junit', '/proc/none/x'], /Cannot write \/proc\/none\/x/],
    [['--baseline', 'base.json', 'good.json', '--junit', 'base.json'], /base\.json is what is read here/],
    [
      ['--baseline', 'base.json', 'good.json', '--prometheus', 'good.json'],
      /good\.json is what is read here/,
    ],
    [['--make-baseline', 'good.json', '--out', 'good.json'], /--out .*good\.json is what is read here/],
    [
      ['--baseline', 'base.json', 'good.json', '--junit', 'new.json', '--prometheus', 'new.json'],
      /--junit and --prometheus name the same file/,
    ],
    [['--baseline', 'base.json', 'good.json', '--out', 'x'], /--out does nothing here: reports are given/],
    [['--make-baseline', 'good.json', '--gpus', '0'], /--gpus does nothing here: a baseline is made of/],
    [
      ['--baseline', 'base.json', 'good.json', 'good-2.json', 'page.html'],
      /page\.html holds a report .* twice/,
    ],
    [['--baseline', 'base.json', '--gpus', 'first', '--out', 'x'], /--gpus first/],
    [['--baseline', 'base.json', '--out', ''], /--out is empty/],
    [['--baseline', 'base.json', '--out', 'done'], /done holds a run that is complete, and nothing would be/],
  ])('refuses %j in one line', async (args, says) => {
    const given = qualify(
      ...args.map((word) =>
        /^[a-z0-9-]+\.(json|html)$|^folder$|^done$|^pipe$/.test(word) ? at(word) : word,
      ),
    );
    await expect(given).rejects.toThrow(UsageError);
    await expect(given).rejects.toThrow(says);
  });
});

describe('any file that is no report or baseline', () => {
  const files: [string, RegExp][] = [
    ['none.json', /there is no (report|baseline)/],
    ['empty.json', /empty\.json is empty, so no (report|baseline)/],
    ['/proc/self/status', /is empty, so no (report|baseline)|there is no/],
    ['cut.json', /no whole JSON/],
    ['list.json', /no Preflight (report|baseline)/],
    ['null.json', /no Preflight (report|baseline)/],
    ['proto.json', /no Preflight (report|baseline)/],
    ['deep.json', /nests deeper|no Preflight report/],
    ['huge.json', /524288000 bytes, more than any (report|baseline)/],
    ['folder', /there is no report|is a folder/],
    ['pipe', /is a device or pipe/],
    ['/dev/zero', /is a device or pipe/],
  ];
  it.each(files)('such as %s is refused in one line by each command', async (name, says) => {
    const file = name.startsWith('/') ? name : at(name);
    for (const given of [
      () => compare(at('good.json'), file),
      () => qualify('--baseline', file, at('good.json')),
      () => qualify('--baseline', at('base.json'), file),
      () => qualify('--make-baseline', file),
      () => history('--import', file),
    ]) {
      await expect(given()).rejects.toThrow(UsageError);
      await expect(given()).rejects.toThrow(says);
    }
  });
});

describe('preflight history', () => {
  beforeEach(() => {
    vi.stubEnv('PREFLIGHT_HOME', mkdtempSync(join(folder, 'home-')));
    return () => vi.unstubAllEnvs();
  });

  it('imports, finds and deletes', async () => {
    const added = await history('--import', at('good.json'), at('page.html'), at('cpu.json'));
    expect(added.error).toMatch(/^added: .*\nthere already: .*\nadded: .*\n$/);
    expect([added.out, added.code]).toEqual(['', 0]);
    const list = JSON.parse((await history('--json')).out);
    expect(list).toMatchObject({ folder: new History().folder, total: 2, broken: [] });
    expect((await history('h100')).out).toMatch(/lab-01[\s\S]*1 report in/);
    await history('--remove', lab.id);
    expect((await history()).out).toMatch(/1 report in/);
    await expect(history('--remove', 'none')).rejects.toThrow(/no report in the history/);
  });

  it.each([
    ['--lessons', '--remove', lab.id],
    ['--forget-lessons', '--import', 'good.json'],
    ['--lessons', '--all'],
    ['--forget-lessons', 'H100'],
  ])('does not pass over what is about reports beside %s: %s', async (flag, ...rest) => {
    const folder = join(process.env.PREFLIGHT_HOME!, 'lessons');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'one.json'), '{}');
    await new History().add(lab);
    await expect(history(flag, ...rest)).rejects.toThrow(
      `${flag} is about lessons, and ${rest[0]!.startsWith('--') ? rest[0] : `"${rest[0]}"`} about reports`,
    );
    expect(readdirSync(folder)).toEqual(['one.json']);
    expect((await new History().list()).reports).toHaveLength(1);
  });

  it('has earlier runs for the trend of qualify', async () => {
    const days = Array.from({ length: 5 }, (_, day) =>
      scaled(labReport({ id: `day-${day}`, createdAt: `2026-10-0${day + 1}T00:00:00.000Z` }), {
        speed: 1 + day / 1e4,
      }),
    );
    for (const report of days) await new History().add(report);
    write('today.json', scaled(labReport({ id: 'today' }), { speed: 0.96 }));
    const { out, code } = await qualify(
      '--baseline',
      at('base.json'),
      at('today.json'),
      '--tolerance',
      '10%',
    );
    expect(code).toBe(0);
    expect(out).toMatch(
      /▲ trend +throughput of 256px double.*−4\.0 %\s+against the median of 5 earlier runs/s,
    );
  });
});

describe('the built command line', () => {
  it('prints the answer also where a file cannot be written, and names the option', async () => {
    const args = ['--baseline', at('base.json'), at('good.json'), '--prometheus', '/proc/none/x'];
    const { code, stdout, stderr } = await runCli(['qualify', ...args]);
    expect(stdout).toMatch(/✔ Qualified: lab-01/);
    expect(stderr).toMatch(/^preflight: Cannot write \/proc\/none\/x: .* choose another --prometheus \(/);
    expect(code).toBe(2);
  });

  it('knows the three commands, and says what is wrong in one line', async () => {
    await builtMain();
    const ends = await Promise.all([
      runCli(['compare', at('good.json'), at('cpu.json')]),
      runCli(['qualify', '--baseline', at('cut.json')]),
      runCli(['history', '--import', at('list.json')]),
    ]);
    for (const { code, stdout, stderr } of ends) {
      expect(stderr).toMatch(/^preflight: [^\n]+\n$/);
      expect([code, stdout]).toEqual([2, '']);
    }
    const qualified = await runCli(['qualify', '--baseline', at('base.json'), at('slow.json')], {
      cwd: folder,
    });
    expect(qualified.code).toBe(3);
    expect(readdirSync(folder).filter((name) => name.startsWith('preflight-report'))).toEqual([]);
  });

  it('judges a machine on which the baseline’s device cannot be had as not qualified, without measuring', async () => {
    const base = JSON.parse(readFileSync(at('base.json'), 'utf8'));
    write('dml.json', { ...base, device: process.platform === 'win32' ? 'coreml' : 'dml' });
    const { code, stdout } = await runCli([
      'qualify',
      '--baseline',
      at('dml.json'),
      '--json',
      '--out',
      at('here'),
    ]);
    expect(code).toBe(3);
    const [machine] = qualificationSchema.parse(JSON.parse(stdout)).machines;
    expect(machine!.rules.find(({ id }) => id === 'device')).toMatchObject({ status: 'fail', value: 'none' });
    expect(machine!.rules.filter(({ id, value }) => id === 'probe' && value === 'missing')).toHaveLength(4);
  });
});
