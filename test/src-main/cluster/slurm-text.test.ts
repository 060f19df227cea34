import { describe, expect, it } from 'vitest';
import {
  endingOf,
  exitStatusOf,
  hasEnded,
  parseAccounts,
  parseJobs,
} from '../../../src-main/cluster/slurm-jobs.js';
import { chooseNodes, parseNodes } from '../../../src-main/cluster/slurm-nodes.js';
import { slurmSeconds } from '../../../src-main/cluster/slurm-time.js';
import { UsageError } from '../../../src-main/contract/usage-error.js';

// Texts in the form of Slurm's commands; test/e2e/cluster-slurm.test.ts reads a real one's.

const listed = `n1|lab*|idle|gpu:h100:8(S:0-1),nvme:1|none
n1|long|idle|gpu:h100:8(S:0-1),nvme:1|none
n2|lab*|mixed|gpu:4|none
n3|lab*|down*|(null)|Not responding
n4|lab*|drained|gpu:a100:2,gpu:t4:1|fan | loud
n5|lab*|idle~|(null)|none
n6|lab*|unknown|(null)|none
n7|lab*|idle|(null)|none
not a node
`;
const nodes = parseNodes(listed);
const names = (chosen: { nodes: { name: string }[] }) => chosen.nodes.map(({ name }) => name);

describe('nodes as sinfo lists them', () => {
  it('can be used or not, with the reason in words', () => {
    const why = Object.fromEntries(nodes.map(({ name, unusable }) => [name, unusable]));
    expect(why).toEqual({
      n1: undefined,
      n2: undefined,
      n3: 'down, does not answer Slurm: Not responding',
      n4: 'drained: fan | loud',
      n5: undefined,
      n6: 'Slurm has not heard from it yet',
      n7: undefined,
    });
    for (const state of [
      'down',
      'draining',
      'fail',
      'failing',
      'inval',
      'future',
      'reboot',
      'error',
      'newword',
    ])
      expect(parseNodes(`n|p|${state}|(null)|none`)[0]!.unusable, state).toContain(state);
    for (const state of ['allocated+', 'completing', 'planned', 'reserved', 'idle#', 'allocated@'])
      expect(parseNodes(`n|p|${state}|(null)|none`)[0]!.unusable, state).toBeUndefined();
  });

  it('have the GPUs among their resources', () => {
    expect(Object.fromEntries(nodes.map(({ name, gpus }) => [name, gpus]))).toMatchObject({
      n1: 8,
      n2: 4,
      n3: 0,
      n4: 3,
    });
  });

  it('whose name Slurm or a shell could take for more are not used', () => {
    for (const name of ['a,b', 'n[1-3]', '../x', '$(x)', '-n', 'a b'])
      expect(parseNodes(`${name}|p|idle|(null)|none`)[0]!.unusable, name).toMatch(/its name/);
  });

  it('are those of the partition, each once, such as can be used first where they are counted', () => {
    expect(names(chooseNodes(nodes, {}))).toEqual(['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7']);
    expect(names(chooseNodes(nodes, { partition: 'long' }))).toEqual(['n1']);
    expect(names(chooseNodes(nodes, { count: 2 }))).toEqual(['n1', 'n7']);
    expect(names(chooseNodes(nodes, { count: 5 }))).toEqual(['n1', 'n2', 'n3', 'n5', 'n7']);
    expect(names(chooseNodes(nodes, { names: ['n4', 'n1'] }))).toEqual(['n4', 'n1']);
  });

  it('that are not there are refused in one line', () => {
    const line = (asked: Parameters<typeof chooseNodes>[1], from = nodes) => {
      try {
        chooseNodes(from, asked);
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
        return (error as Error).message;
      }
      throw new Error('nothing was refused');
    };
    expect(line({ partition: 'gpu' })).toBe(
      '--partition gpu: Slurm has no nodes in it; with nodes there are: lab, long',
    );
    expect(line({ count: 8 })).toBe('--nodes 8: partition lab has 7');
    expect(line({ names: ['n9'] })).toMatch(/^--node-list n9: partition lab has n1, /);
    expect(line({}, parseNodes('n1|p|idle|(null)|none'))).toMatch(/^--partition is missing/);
    expect(line({}, [])).toMatch(/none$/);
  });
});

describe('jobs as Slurm tells of them', () => {
  it('are read from squeue, whatever stands in the reason', () => {
    expect(parseJobs('3|PENDING||0:00|Nodes | down\n4|NODE_FAIL|n2|1-00:00:17|NodeDown\n\n')).toEqual([
      { id: '3', state: 'PENDING', began: false, elapsedSeconds: 0, reason: 'Nodes | down' },
      { id: '4', state: 'NODE_FAIL', began: true, elapsedSeconds: 86_417, reason: 'NodeDown' },
    ]);
  });

  it('are read from accounting, where slurmctld has forgotten them', () => {
    const text = '7|CANCELLED by 1000|0:15|n1|00:01:05\n8|CANCELLED by 0|0:0|None assigned|00:00:00\n';
    expect(parseAccounts(text)).toEqual([
      { id: '7', state: 'CANCELLED', began: true, elapsedSeconds: 65, reason: '', exitStatus: 143 },
      { id: '8', state: 'CANCELLED', began: false, elapsedSeconds: 0, reason: '', exitStatus: 0 },
    ]);
    expect(exitStatusOf('JobId=2 JobState=FAILED ExitCode=97:0 RunTime=00:00:01')).toBe(97);
    expect(exitStatusOf('JobId=2 DerivedExitCode=1:0')).toBeUndefined();
  });

  it('have ended or not, and never wait on a word that is not known', () => {
    for (const state of ['PENDING', 'RUNNING', 'COMPLETING', 'SUSPENDED', 'CONFIGURING'])
      expect(hasEnded({ state }), state).toBe(false);
    for (const state of [
      'COMPLETED',
      'FAILED',
      'TIMEOUT',
      'NODE_FAIL',
      'PREEMPTED',
      'CANCELLED',
      'BOOT_FAIL',
      'NEW',
    ])
      expect(hasEnded({ state }), state).toBe(true);
  });

  it('say how they ended', () => {
    const job = { id: '1', began: true, elapsedSeconds: 1, reason: 'None' };
    expect(endingOf({ ...job, state: 'OUT_OF_MEMORY' })).toMatch(/want of memory/);
    expect(endingOf({ ...job, state: 'DEADLINE' })).toMatch(/deadline/);
    expect(endingOf({ ...job, state: 'CANCELLED', began: false })).toBe(
      'the job was cancelled before it began',
    );
    expect(endingOf({ ...job, state: 'NEW', reason: 'Why' })).toBe('the job ended as NEW (Why)');
  });

  it('have times in all of the forms that sbatch knows', () => {
    const seconds = ['30', '1:30', '1:00:00', '2-12', '1-2:30', '1-02:03:04'].map(slurmSeconds);
    expect(seconds).toEqual([1800, 90, 3600, 216_000, 95_400, 93_784]);
    for (const text of ['', 'x', '1:2:3:4', '-5', '1.5', 'INVALID'])
      expect(slurmSeconds(text)).toBeUndefined();
  });
});
