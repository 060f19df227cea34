import { UsageError } from '../contract/usage-error.js';
import { type CommandEnd, runCommand } from './run-command.js';
import {
  accountFormat,
  exitStatusOf,
  jobFormat,
  parseAccounts,
  parseJobs,
  type SlurmJob,
} from './slurm-jobs.js';
import { nodeFormat, parseNodes, type SlurmNode } from './slurm-nodes.js';
import { SlurmSilent } from './slurm-silent.js';

/** slurmctld may be busy; its own commands give up after 10 s to 100 s (MessageTimeout). */
const deadlineMs = 120_000;

/** Variables by which people choose for sbatch what has no option of ours; the rest would undo what we ask for. */
const kept = new Set([
  'SBATCH_ACCOUNT',
  'SBATCH_CONSTRAINT',
  'SBATCH_QOS',
  'SBATCH_RESERVATION',
  'SBATCH_TIMELIMIT',
  'SBATCH_WCKEY',
]);

/** Slurm, by its own commands. None goes through a shell. */
export class Slurm {
  private readonly env: NodeJS.ProcessEnv;

  constructor(env: NodeJS.ProcessEnv = process.env) {
    const own = Object.entries(env).filter(
      ([name]) => kept.has(name) || !/^(SBATCH|SQUEUE|SINFO|SACCT|SCANCEL)_/.test(name),
    );
    this.env = { ...Object.fromEntries(own), LC_ALL: 'C' };
  }

  /** @throws UsageError where there is no Slurm here, SlurmSilent where it does not answer */
  async nodes(): Promise<SlurmNode[]> {
    const end = await this.run('sinfo', ['-N', '-h', '-o', nodeFormat]);
    if (end.missing)
      throw new UsageError(
        'sinfo: there is no such command; --scheduler slurm wants a machine from which jobs are submitted, or --dry-run',
      );
    return parseNodes(answerOf('sinfo', end));
  }

  /** Submits a script for one node. @returns the job's id, or in Slurm's words why there is none */
  async submit(
    script: string,
    options: readonly string[],
    node: SlurmNode,
  ): Promise<{ id: string } | { refused: string }> {
    const end = await this.run('sbatch', ['--parsable', ...options, `--nodelist=${node.name}`, script]);
    // `id`, or `id;cluster`.
    const id = /^(\d+)(?:;.*)?$/m.exec(end.stdout)?.[1];
    return end.code === 0 && id !== undefined ? { id } : { refused: complaintOf('sbatch', end) };
  }

  /** The jobs of a name that slurmctld still knows, which forgets them some minutes after their end. */
  async jobs(name: string): Promise<SlurmJob[]> {
    const end = await this.run('squeue', ['-h', '-t', 'all', '-n', name, '-o', jobFormat]);
    return parseJobs(answerOf('squeue', end));
  }

  /** A job that slurmctld has forgotten, where accounting kept it. */
  async forgotten(id: string): Promise<SlurmJob | undefined> {
    const end = await this.run('sacct', ['-X', '-n', '-P', '-j', id, '-o', accountFormat]);
    return end.code === 0 ? parseAccounts(end.stdout).find((job) => job.id === id) : undefined;
  }

  /** The exit status of a job that has ended, where Slurm still knows it. */
  async exitStatus(id: string): Promise<number | undefined> {
    const shown = await this.run('scontrol', ['show', 'job', '-o', id]);
    if (shown.code === 0) return exitStatusOf(shown.stdout);
    return (await this.forgotten(id))?.exitStatus;
  }

  /** Cancels jobs, whatever they do. What has ended already is no error. */
  async cancel(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.run('scancel', ids);
  }

  private run(program: string, args: readonly string[]): Promise<CommandEnd> {
    return runCommand(program, args, this.env, deadlineMs);
  }
}

function answerOf(program: string, end: CommandEnd): string {
  if (end.code !== 0) throw new SlurmSilent(`Slurm does not answer: ${complaintOf(program, end)}`);
  return end.stdout;
}

/** What a command said of its failure, in one line. */
function complaintOf(program: string, { code, stderr }: CommandEnd): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.replace(/^\w+: (?:error|fatal): /, '').trim())
    .filter(Boolean);
  return `${program}: ${lines.at(-1) ?? `ended with ${code}`}`;
}
