import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchScript, sbatchOptions } from '../../../src-main/cluster/batch-script.js';
import { nodeWords } from '../../../src-main/cluster/node-words.js';

// The script is run by a real bash: what is handed over must arrive as it is, and nothing of it may be carried out.

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-batch-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const echo = [
  '-e',
  'console.log(JSON.stringify(process.argv.slice(1))); process.exit(+process.env.STATUS)',
  '--',
];

/** Runs the script as slurmd would on a node. @returns its status and the words that the program was given */
function runOn(node: string, out: string, words: readonly string[], status = 0) {
  const script = batchScript({
    command: [process.execPath, ...echo, ...words],
    out,
    jobName: 'preflight-test',
  });
  const end = spawnSync('/bin/bash', ['-c', script], {
    cwd: folder,
    env: { ...process.env, SLURMD_NODENAME: node, STATUS: String(status) },
    encoding: 'utf8',
  });
  const log = join(out, 'logs', `${node}.log`);
  const given = existsSync(log) ? JSON.parse(readFileSync(log, 'utf8')) : undefined;
  return { status: end.status, given, stderr: end.stderr };
}

const hostile = [
  "it's",
  'a b',
  '$(touch owned)',
  '`touch owned`',
  '"; touch owned; "',
  '$HOME',
  '\\',
  '*',
  '~',
  '--out=/elsewhere',
  '#SBATCH --array=1-9',
  '!!',
  'é漢',
];

describe('the batch script', () => {
  it('hands every word over as it is, and names the node itself', () => {
    const out = join(folder, "it's $(touch owned) %j; \\ `touch owned`");
    mkdirSync(out);
    const { status, given } = runOn('gpu-01', out, hostile);
    expect(status).toBe(0);
    expect(given).toEqual([...hostile, `--out=${out}/nodes/gpu-01`]);
    expect(readdirSync(folder)).not.toContain('owned');
    expect(readdirSync(out).sort()).toEqual(['logs', 'nodes']);
  });

  it('does so for any words', () => {
    const word = fc
      .string({ unit: 'binary', minLength: 0, maxLength: 20 })
      .filter((text) => !text.includes('\0'));
    let run = 0;
    fc.assert(
      fc.property(fc.array(word, { maxLength: 300, size: 'max' }), (words) => {
        const out = join(folder, `any-${run++}`);
        mkdirSync(out);
        const wellFormed = words.map((text) => Buffer.from(text, 'utf8').toString('utf8'));
        expect(runOn('n1', out, wellFormed).given).toEqual([...wellFormed, `--out=${out}/nodes/n1`]);
      }),
      { numRuns: 6 },
    );
  });

  it('takes a hostile name of a node for a name', () => {
    const out = join(folder, 'names');
    mkdirSync(out);
    const node = '$(touch owned) x';
    expect(runOn(node, out, []).given).toEqual([`--out=${out}/nodes/${node}`]);
    expect(readdirSync(folder)).not.toContain('owned');
    expect(runOn('', out, []).status).not.toBe(0);
  });

  it('ends 0 where there is a verdict, and as preflight did where there is none', () => {
    const statuses = [0, 3, 4, 5, 1, 2, 130].map((status) => {
      const out = join(folder, `status-${status}`);
      mkdirSync(out);
      return runOn('n1', out, [], status).status;
    });
    expect(statuses).toEqual([0, 0, 0, 0, 1, 2, 130]);
  });

  it('runs a node once, and says where the shared folder is not there', () => {
    const out = join(folder, 'once');
    expect(runOn('n1', out, []).status).toBe(97);
    mkdirSync(out);
    expect(runOn('n1', out, []).status).toBe(0);
    expect(runOn('n1', out, []).status).toBe(98);
  });

  it('asks for the whole node, once, and repeats in its head what sbatch is told', () => {
    const job = { command: ['x'], out: '/out', jobName: 'name', partition: 'gpu', time: '30', gres: 'gpu:8' };
    const options = sbatchOptions(job);
    for (const option of [
      '--exclusive',
      '--no-requeue',
      '--nodes=1',
      '--mem=0',
      '--partition=gpu',
      '--gres=gpu:8',
    ])
      expect(options).toContain(option);
    const head = batchScript(job)
      .split('\n')
      .filter((line) => line.startsWith('#SBATCH '));
    expect(head).toEqual(options.map((option) => `#SBATCH ${option}`));
  });
});

describe('the words of the run', () => {
  it('are the flags as typed, with paths that hold wherever the job starts', () => {
    const words = nodeWords({
      flags: { model: 'v1.2', task: 'train', frames: '17', cachedText: true, ema: 'off' },
      config: 'a/config.py',
      device: 'auto',
      profile: 'quick',
      gpus: [0, 1],
      data: '/data',
    });
    const typed =
      '--model v1.2 --task train --frames 17 --cached-text --ema off --device auto --gpus 0,1 --profile quick';
    expect(words.join(' ')).toBe(`run --config ${process.cwd()}/a/config.py ${typed} --data /data`);
  });
});
