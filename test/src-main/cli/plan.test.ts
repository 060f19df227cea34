import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Report, reportSchema } from '../../../src-main/contract/report.js';
import { renderHtml } from '../../../src-main/report/html.js';
import { goReport } from '../../fixtures/reports.js';
import { builtMain } from '../../support/built.js';
import { runCli } from '../../support/cli.js';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-plan-'));
  await builtMain();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const v20 = '--model v2.0 --task train --resolution 256px --frames 129'.split(' ');

async function planned(words: readonly string[]): Promise<{ code: number | null; report: Report }> {
  const { code, stdout, stderr } = await runCli(['plan', ...words, '--json'], { cwd: folder });
  expect(stderr).toBe('');
  return { code, report: reportSchema.parse(JSON.parse(stdout)) };
}

describe('preflight plan', () => {
  it('answers for a GPU that is not here, runs nothing and writes nothing', async () => {
    const { code, report } = await planned([...v20, '--gpu-count', '64', '--gpu', 'h200']);
    expect(report).toMatchObject({
      probes: [],
      profile: null,
      device: { used: 'none' },
      judgedGpu: { name: 'H200' },
      verdict: { status: 'go' },
    });
    expect(code).toBe(0);
    expect(report.verdict.headline).toMatch(/nothing measured/);
  });

  it('refuses the reported failure: v2.0 on a card of 24 GB, whose weights alone are 22.15 GiB', async () => {
    const words = '--model v2.0 --task infer --resolution 256px --frames 129 --gpu rtx-4090'.split(' ');
    const { code, report } = await planned(words);
    expect(code).toBe(3);
    expect(report.verdict.status).toBe('no-go');
  });

  it('is inconclusive where no GPU is named and none is here, and says what the run needs', async () => {
    const { code, report } = await planned(v20);
    expect(code).toBe(5);
    expect(report.verdict.headline).toMatch(/needs .* GiB on each GPU; name the GPU/);
  });

  it('takes target, probes and machine from an earlier report, and another GPU where one is named', async () => {
    const report = goReport();
    writeFileSync(join(folder, 'report.json'), JSON.stringify(report));
    writeFileSync(join(folder, 'report.html'), renderHtml(report));
    for (const file of ['report.json', 'report.html', '.']) {
      const { report: again } = await planned(['--from', file]);
      expect(again.target).toEqual({ ...report.target, ae: 'hunyuan' });
      expect(again.probes).toEqual(report.probes);
      expect(again.machine).toEqual(report.machine);
      expect(again.id).not.toBe(report.id);
    }
    const { report: elsewhere } = await planned(['--from', 'report.json', '--gpu', 'l4']);
    expect(elsewhere).toMatchObject({ judgedGpu: { name: 'L4' }, probes: report.probes });
  });

  it('checks the run of an earlier report, which may have been edited', async () => {
    const report = goReport();
    const edited = { ...report, target: { ...report.target, sequenceParallel: 7, gpuCount: 7 } };
    writeFileSync(join(folder, 'edited.json'), JSON.stringify(edited));
    const { code, stdout, stderr } = await runCli(['plan', '--from', 'edited.json'], { cwd: folder });
    expect(stderr).toMatch(/^preflight: edited\.json[^\n]+\n$/);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('quotes no line break and no escape sequence of a file', async () => {
    writeFileSync(join(folder, 'hostile.json'), JSON.stringify({ 'evil\n\u001b[31mred': 1 }));
    const { code, stderr } = await runCli(['plan', '--config', 'hostile.json'], { cwd: folder });
    expect(stderr).toMatch(/^preflight: hostile\.json: unknown field "evil red"[^\n]+\n$/);
    expect(code).toBe(2);
  });

  it('says that probes of another model are of no use', async () => {
    writeFileSync(join(folder, 'report.json'), JSON.stringify(goReport()));
    const words =
      '--model v1.3 --task train --resolution 360p --frames 49 --from report.json --gpu h100'.split(' ');
    const { report } = await planned(words);
    expect(report.notTested.join('\n')).toContain('--from are of another model or task than v1.3 train');
  });

  it('finds the largest batch that fits, and judges that', async () => {
    const words = [...v20, '--gpu', 'h200', '--gpu-count', '64', '--solve', 'batch'];
    const { code, report } = await planned(words);
    const solved = report.solved as { variable: string; asked: string; value: string };
    expect(solved).toMatchObject({ variable: 'batch', asked: '1' });
    expect(report.target.buckets[0]!.batch).toBe(Number(solved.value));
    expect(code).toBe(0);
    const one = await planned([
      ...v20,
      '--gpu',
      'h200',
      '--gpu-count',
      '64',
      '--batch',
      String(Number(solved.value) + 1),
    ]);
    expect(one.report.verdict.status).not.toBe('go');
  });

  it('says why nothing can be solved', async () => {
    const { code, report } = await planned([...v20, '--gpu', 'rtx3090', '--solve', 'batch']);
    expect(code).toBe(3);
    expect(report.solved).toMatchObject({ unavailable: expect.stringMatching(/not even batch 1 fits/) });
    const shown = await runCli(['plan', ...v20, '--gpu', 'rtx3090', '--solve', 'batch'], { cwd: folder });
    expect(shown.stdout).toContain('Not solved: not even batch 1 fits');
  });

  it('shows people the verdict first', async () => {
    const { stdout, code } = await runCli(['plan', ...v20, '--gpu', 'h200', '--gpu-count', '64'], {
      cwd: folder,
    });
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toMatch(/Go: /);
    expect(stdout).not.toMatch(/null|undefined|NaN/);
  });

  it.each([
    [['--from', ''], /the path of the report is empty/],
    [['--config', ''], /--config is empty/],
    [[...v20, '--offload', '--checkpointing', 'NONE'], /--checkpointing none makes none/],
    [['--from', 'nowhere.json'], /nowhere\.json: there is no report/],
    [['--from', 'broken.json'], /broken\.json is no whole JSON/],
    [['--from', 'other.json'], /other\.json is no Preflight report/],
    [['--from', 'short.html'], /no Preflight report in it, or was cut short/],
    [[...v20, '--gpu', 'h1000'], /unknown GPU "h1000"/],
    [[...v20, '--gpu', 'h100', '--gpu-memory', '24GiB'], /exclude each other/],
    [[...v20, '--gpu-memory', '-3GiB'], /above zero/],
    [[...v20, '--frames', '1000000000'], /--frames 1000000000/],
    [[...v20, '--sp', '3', '--gpu-count', '4'], /--sp 3/],
    [[...v20, '--sp', '5', '--gpu-count', '5'], /does not divide the 24 attention heads/],
    [
      [...v20, '--gpu', 'h100', '--solve', 'tokens'],
      /--solve tokens: batch, frames, resolution are possible/,
    ],
    [[...v20, '--inter-node-gbps', 'NaN'], /--inter-node-gbps NaN/],
    [[...v20, '--lora-rank', '8', '--tp', '2', '--gpu-count', '2'], /--lora-rank does not go with --tp/],
    [[...v20, '--offload', '--checkpointing', 'none'], /--checkpointing none makes none/],
  ])('refuses %j in one line', async (words, says) => {
    writeFileSync(join(folder, 'broken.json'), '{"kind": ');
    writeFileSync(join(folder, 'other.json'), '{"name": "package"}');
    writeFileSync(join(folder, 'short.html'), '<!doctype html><p>');
    const { code, stdout, stderr } = await runCli(['plan', ...words], { cwd: folder });
    expect(stderr).toMatch(/^preflight: [^\n]+\n$/);
    expect(stderr).toMatch(says);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});
