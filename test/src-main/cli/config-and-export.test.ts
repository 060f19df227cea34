import { spawnSync } from 'node:child_process';
import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addExport } from '../../../src-main/cli/export-command.js';
import { targetOf } from '../../../src-main/cli/target-file.js';
import { UsageError } from '../../../src-main/contract/usage-error.js';
import { reportOfText } from '../../../src-main/report/read-report.js';
import { goReport } from '../../fixtures/reports.js';
import { runCommand } from '../../support/command.js';

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-config-'));
  mkdirSync(at('bases'));
  writeFileSync(at('bases/base.py'), 'model = dict(type="flux")\nsave_dir = "x"\nbatch_size = 1\n');
  writeFileSync(
    at('mine.py'),
    '_base_ = "bases/base.py"\nsampling_option = dict(resolution="256px", num_frames=129, num_steps=20)\n',
  );
  writeFileSync(at('lost.py'), '_base_ = "bases/none.py"\n');
  writeFileSync(at('binary.py'), Buffer.from([97, 0, 98]));
  writeFileSync(at('latin.py'), Buffer.from([97, 0xe9, 98]));
  writeFileSync(at('large.py'), 'a'.repeat(2 ** 20 + 1));
  writeFileSync(at('report.json'), JSON.stringify(goReport()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('--config', () => {
  it('reads a config with its base, and flags beside it', () => {
    const options = { config: at('mine.py'), samplingSteps: '10', json: true };
    const { target } = targetOf(options);
    expect(target).toMatchObject({
      model: 'v2.0',
      task: 'infer',
      samplingSteps: 10,
      buckets: [{ frames: 129 }],
    });
  });

  it('takes the target of a report', () => {
    expect(targetOf({ config: at('report.json') }).target.buckets).toEqual(goReport().target.buckets);
  });

  it.each([
    ['none.py', /none\.py: there is no such file/],
    ['bases', /bases is a folder/],
    ['binary.py', /binary\.py is binary/],
    ['latin.py', /latin\.py is no text in UTF-8/],
    ['large.py', /1048577 bytes, more than the 1 MiB/],
    ['lost.py', /none\.py: there is no such file/],
  ])('refuses %s in one line', (name, says) => {
    const read = () => targetOf({ config: at(name) });
    expect(read).toThrow(UsageError);
    expect(read).toThrow(says);
  });
});

describe('preflight export', () => {
  const run = (...args: string[]) => runCommand(addExport, ['export', ...args]);

  it('prints JSON and HTML that hold the report', async () => {
    const json = await run(at('report.json'), '--to', 'json', '--reveal');
    expect(JSON.parse(json.out)).toEqual(goReport());
    const html = await run(folder, '--to', 'html', '--reveal');
    expect(reportOfText(html.out)).toEqual(goReport());
    expect([json.code, html.code]).toEqual([0, 0]);
  });

  it('redacts what it writes unless told to reveal it, in every form', async () => {
    for (const form of ['json', 'html', 'md']) {
      const { out } = await run(at('report.json'), '--to', form);
      expect(out).toContain('host-1');
      expect(out).not.toMatch(/lab-03|GPU-5f1c4f0e/);
      expect((await run(at('report.json'), '--to', form, '--reveal')).out).toContain('lab-03');
    }
    const { redacted, integrity } = reportOfText((await run(at('report.json'), '--to', 'json')).out);
    expect([redacted, integrity]).toEqual([true, 'intact']);
  });

  it('writes HTML in Chinese where that is asked for, with the report in it as it is', async () => {
    const { out } = await run(at('report.json'), '--to', 'html', '--reveal', '--lang', 'zh');
    expect(out).toContain('<html lang="zh-CN">');
    expect(out).toContain('可以开始');
    expect(reportOfText(out)).toEqual(goReport());
    const english = await run(at('report.json'), '--to', 'html', '--reveal');
    expect((await run(at('report.json'), '--to', 'html', '--reveal', '--lang', 'en')).out).toBe(english.out);
  });

  it('previews what would be replaced, and writes nothing', async () => {
    const before = readdirSync(folder);
    const { out, error, code } = await run(at('report.json'), '--preview', '--to', 'pdf');
    expect([error, code]).toEqual(['', 0]);
    expect(out).toContain('machine.host.hostname\n  now  lab-03\n  then host-1\n');
    const { uuid } = goReport().machine.gpus[0]!;
    expect(out).toContain(`machine.gpus.0.uuid\n  now  ${uuid}\n  then gpu-uuid-1\n`);
    expect(out.split('\n').every((line) => line.length <= 80)).toBe(true);
    expect(readdirSync(folder)).toEqual(before);
  });

  it('shows an edited report as edited in every form', async () => {
    writeFileSync(at('edited.json'), JSON.stringify({ ...goReport(), wallSeconds: 1 }));
    for (const form of ['html', 'md'])
      expect((await run(at('edited.json'), '--to', form)).out).toContain('Edited: this report');
    expect(JSON.parse((await run(at('edited.json'), '--to', 'json')).out).integrity).toBe('edited');
    expect((await run(at('edited.json'), '--to', 'opensora-config')).out).toContain('# Edited: this report');
  });

  it('writes a config and says where', async () => {
    const file = at('out.py');
    const { out, error, code } = await run(at('report.json'), '--to', 'opensora-config', '--out', file);
    expect([out, error, code]).toEqual(['', `written: ${file}\n`, 0]);
    expect(readFileSync(file, 'utf8')).toContain('_base_ = ["stage1.py"]');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it.each([
    [['--to', 'xml'], /--to xml: html, pdf, md, json, opensora-config are possible/],
    [['--preview', '--reveal'], /--preview shows what is replaced, and --reveal replaces nothing/],
    [['--preview', '--to', 'xml'], /--to xml: /],
    [[], /--to is missing/],
    [['--to', 'html', '--lang', 'de'], /--lang de: en, zh are possible/],
    [['--to', 'md', '--lang', 'zh'], /--lang is of --to html and pdf; md is English/],
    [['--to', 'json', '--out', '.'], /--out \. is a folder/],
    [['--to', 'json', '--out', '/proc/none/x'], /Cannot write \/proc\/none\/x/],
  ])('refuses %j in one line', async (args, says) => {
    const given = run(at('report.json'), ...args);
    await expect(given).rejects.toThrow(UsageError);
    await expect(given).rejects.toThrow(says);
  });

  it('leaves a pipe what it is', async () => {
    expect(spawnSync('mkfifo', [at('pipe')]).status).toBe(0);
    const given = run(at('report.json'), '--to', 'json', '--out', at('pipe'));
    await expect(given).rejects.toThrow(/is a device or pipe; name a file/);
    expect(lstatSync(at('pipe')).isFIFO()).toBe(true);
  });

  it('writes the file that a link names, and leaves the link', async () => {
    const [file, link] = [at('real.json'), at('link.json')];
    writeFileSync(file, 'old');
    symlinkSync(file, link);
    await run(at('report.json'), '--to', 'json', '--reveal', '--out', link);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(goReport());
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  it('never writes over the report that it reads, by whatever name', async () => {
    const [file, link, other, runFolder] = ['in.json', 'in-link.json', 'in-hard.json', 'in'].map(at) as [
      string,
      string,
      string,
      string,
    ];
    writeFileSync(file, JSON.stringify(goReport()));
    symlinkSync(file, link);
    linkSync(file, other);
    mkdirSync(runFolder);
    writeFileSync(join(runFolder, 'report.json'), JSON.stringify(goReport()));
    for (const [from, to] of [
      [file, file],
      [file, link],
      [link, file],
      [file, other],
      [runFolder, join(runFolder, 'report.json')],
    ] as const) {
      await expect(run(from, '--to', 'md', '--out', to)).rejects.toThrow(/is what is read here, and would/);
      expect(JSON.parse(readFileSync(to, 'utf8'))).toEqual(goReport());
    }
    await run(runFolder, '--to', 'html', '--out', join(runFolder, 'report.html'));
  });

  it('refuses what is no report', async () => {
    await expect(run(at('mine.py'), '--to', 'json')).rejects.toThrow(UsageError);
  });
});
