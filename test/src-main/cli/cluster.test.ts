import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { runCli } from '../../support/cli.js';
import { containerAbsent, runInContainer } from '../../support/container.js';

// What preflight cluster does without a scheduler; test/e2e/cluster-slurm.test.ts has a real one.

const target = '--model v1.2 --task train --resolution 144p --frames 17 --batch 1'.split(' ');
let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'preflight-cluster-'));
});
afterAll(() => {
  // Nothing that prints or refuses leaves a file.
  expect(readdirSync(cwd)).toEqual([]);
  rmSync(cwd, { recursive: true, force: true });
});
const cluster = (...args: string[]) =>
  runCli(['cluster', ...target, ...args], { cwd, env: { PATH: '/nonexistent' } });

describe('preflight cluster', () => {
  it('prints the batch script, and submits nothing', async () => {
    const { code, stdout, stderr } = await cluster('--scheduler', 'slurm', '--dry-run', '--partition', 'gpu');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^#!\/bin\/bash\n/);
    expect(stdout).toContain('#SBATCH --partition=gpu\n#SBATCH --nodes=1\n');
    expect(stdout).toMatch(/ run --model v1\.2 --task train .* --out="\$shared\/nodes\/\$node"\n/);
    expect(stdout).not.toContain('--rehearse');
    const rehearsing = await cluster('--scheduler', 'slurm', '--dry-run', '--rehearse');
    expect(rehearsing.stdout).toMatch(/ run --model v1\.2 .* --profile quick --rehearse .*--out=/);
    const json = await cluster(
      '--scheduler',
      'slurm',
      '--dry-run',
      '--partition',
      'gpu',
      '--json',
      '--out',
      'x',
    );
    expect(JSON.parse(json.stdout).script).toContain(`shared=${cwd}/x\n`);
  });

  it('prints a manifest with the GPUs that the run has on each node', async () => {
    const args = ['--scheduler', 'k8s', '--dry-run', '--nodes', '2', '--gpu-count', '16'];
    const { code, stdout } = await cluster(...args);
    expect(code).toBe(0);
    const jobs = parseAllDocuments(stdout).map((document) => document.toJS());
    expect(jobs).toHaveLength(2);
    const [container] = jobs[0].spec.template.spec.containers;
    expect(container.resources.limits).toEqual({ 'nvidia.com/gpu': '8' });
    expect(container.command).toEqual(expect.arrayContaining(['run', '--gpu-count', '16', '--nodes', '2']));
    const list = JSON.parse((await cluster(...args, '--json')).stdout);
    expect(list).toMatchObject({ kind: 'List', items: [{ kind: 'Job' }, { kind: 'Job' }] });
  });

  it.skipIf(containerAbsent)(
    `mounts into its container all that the program loads, for a probe too${containerAbsent}`,
    async () => {
      const { stdout } = await cluster('--scheduler', 'k8s', '--dry-run', '--nodes', '1', '--json');
      const [container] = JSON.parse(stdout).items[0].spec.template.spec.containers;
      const [, program] = container.command;
      const small = '--block spatial --batch 1 --latent-frames 1 --spatial-tokens 16 --device cpu --json';
      const command = [process.execPath, program, 'measure', '--model', 'v1.2', ...small.split(' ')];
      // The folder for the reports is made by hand beforehand, and `measure` writes none.
      const mounts = container.volumeMounts.filter(({ readOnly }: { readOnly?: boolean }) => readOnly);
      const { status, stdout: probe, stderr } = runInContainer(command, mounts);
      expect({ status, stderr }).toEqual({
        status: 0,
        stderr: expect.stringMatching(/^measuring [^\n]+\n$/),
      });
      expect(JSON.parse(probe)).toMatchObject({ status: 'ok', evidence: 'measured' });
    },
    60_000,
  );

  it('takes --nodes for the nodes to measure, and --run-nodes for those that the run spans', async () => {
    const dry = ['--scheduler', 'slurm', '--dry-run'];
    expect((await cluster(...dry, '--nodes', '3')).stdout).not.toMatch(/ run .*--nodes /);
    expect((await cluster(...dry, '--nodes', '3', '--gpu-count', '6')).stdout).toMatch(/ run .*--nodes 3 /);
    const both = await cluster(...dry, '--nodes', '3', '--gpu-count', '8', '--run-nodes', '2');
    expect(both.stdout).toMatch(/ run .*--nodes 2 /);
  });

  it.each([
    [[], '--scheduler is missing: say one of slurm, k8s'],
    [['--scheduler', 'pbs'], '--scheduler pbs: slurm, k8s are possible'],
    [['--scheduler', 'slurm'], 'sinfo: there is no such command; --scheduler slurm wants'],
    [
      ['--scheduler', 'k8s', '--nodes', '2'],
      '--scheduler k8s submits nothing: print its manifest with --dry-run',
    ],
    [['--scheduler', 'k8s', '--dry-run'], '--nodes is missing'],
    [
      ['--scheduler', 'k8s', '--dry-run', '--nodes', '1', '--partition', 'p'],
      '--partition is for --scheduler slurm',
    ],
    [['--scheduler', 'k8s', '--dry-run', '--nodes', '1', '--out', 'a:b'], 'Kubernetes mounts no such path'],
    [['--scheduler', 'slurm', '--dry-run', '--nodes', '0'], '--nodes 0: give a whole number'],
    [
      ['--scheduler', 'slurm', '--dry-run', '--partition', 'a --array=1-9'],
      '--partition a --array=1-9: give one name',
    ],
    [['--scheduler', 'slurm', '--dry-run', '--time', 'long'], '--time long: give minutes'],
    [['--scheduler', 'slurm', '--dry-run', '--wait', '5'], '--wait 5: give a time such as 90s, 30m or 2h'],
    [
      ['--scheduler', 'slurm', '--dry-run', '--node-list', 'a,$(b)'],
      '--node-list a,$(b): give names of nodes',
    ],
    [['--scheduler', 'slurm', '--dry-run', '--node-list', 'a,a'], '--node-list a,a: a node is named twice'],
    [['--scheduler', 'slurm', '--dry-run', '--frames', '0'], '--frames must be at least 1, not 0'],
    [['--scheduler', 'slurm', '--dry-run', '--gpu', 'H1000'], 'H1000'],
  ])('refuses %j in one line', async (args, message) => {
    const { code, stdout, stderr } = await cluster(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
