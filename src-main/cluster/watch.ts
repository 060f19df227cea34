import { setTimeout as sleep } from 'node:timers/promises';
import { formatSeconds } from '../contract/format.js';
import type { Slurm } from './slurm.js';
import { hasEnded, type SlurmJob } from './slurm-jobs.js';
import type { SlurmNode } from './slurm-nodes.js';
import { SlurmSilent } from './slurm-silent.js';

/** A node's job, and what is known of it so far. */
export interface NodeJob {
  node: SlurmNode;
  job: SlurmJob;
  /** Why this program cancelled it, where it did. */
  cancelledFor?: string | undefined;
}

export interface WatchOptions {
  signal: AbortSignal;
  pollMs: number;
  /** Pending jobs are cancelled after this; null to wait for ever. */
  waitSeconds: number | null;
  onProgress(jobs: readonly NodeJob[]): void;
}

/** Slurm may be restarted beneath its jobs; they go on. */
const silenceMs = 5 * 60_000;
/** A cancelled job has KillWait (30 s by default) to end. */
const settleMs = 60_000;
/** Right after slurmctld starts, a node is unknown, and a job may be missed, though both are well. */
const polls = 2;

/** Watches jobs until each has ended, and notes in them how. Cancels those that wait for what will not come. */
export class Watch {
  private readonly began = performance.now();
  private answeredAt = performance.now();
  private cancelledAt: number | undefined;
  private readonly missed = new Map<string, number>();
  private readonly unusable = new Map<string, number>();

  constructor(
    private readonly slurm: Slurm,
    private readonly jobName: string,
    private readonly jobs: NodeJob[],
    private readonly options: WatchOptions,
  ) {}

  async untilEnded(): Promise<void> {
    const { signal, pollMs, onProgress } = this.options;
    for (;;) {
      try {
        await this.look();
        await this.cancelWhatWaits();
        this.answeredAt = performance.now();
      } catch (error) {
        if (!(error instanceof SlurmSilent)) throw error;
        this.lostIfSilent(error);
      }
      onProgress(this.jobs);
      if (this.open().length === 0) return;
      if (signal.aborted) {
        await this.cancelAll();
        if (performance.now() - this.cancelledAt! > settleMs) return;
        await sleep(Math.min(pollMs, 1000));
      } else await sleep(pollMs, undefined, { signal }).catch(() => {});
    }
  }

  private open(): NodeJob[] {
    return this.jobs.filter(({ job }) => !hasEnded(job));
  }

  private async look(): Promise<void> {
    const found = new Map((await this.slurm.jobs(this.jobName)).map((job) => [job.id, job]));
    for (const entry of this.open()) {
      const { id } = entry.job;
      const now = found.get(id) ?? (await this.slurm.forgotten(id));
      if (now !== undefined) entry.job = now;
      else if (count(this.missed, id) >= polls) entry.job = lost(entry.job, '');
    }
  }

  private async cancelWhatWaits(): Promise<void> {
    const { signal, waitSeconds } = this.options;
    const waiting = this.open().filter(({ job, cancelledFor }) => !job.began && cancelledFor === undefined);
    if (waiting.length === 0 || signal.aborted) return;
    if (waitSeconds !== null && (performance.now() - this.began) / 1000 > waitSeconds) {
      await this.cancel(waiting, ({ job }) => {
        const why = job.reason && job.reason !== 'None' ? `: ${job.reason}` : '';
        return `its job did not begin within ${formatSeconds(waitSeconds)}${why}`;
      });
      return;
    }
    const nodes = new Map((await this.slurm.nodes()).map((node) => [node.name, node]));
    const gone = waiting.filter(({ node: { name } }) => {
      if (nodes.get(name)?.unusable === undefined) this.unusable.delete(name);
      else return count(this.unusable, name) >= polls;
      return false;
    });
    await this.cancel(gone, ({ node }) => nodes.get(node.name)?.unusable ?? 'it cannot be used');
  }

  private async cancelAll(): Promise<void> {
    this.cancelledAt ??= performance.now();
    const rest = this.open().filter(({ cancelledFor }) => cancelledFor === undefined);
    await this.cancel(rest, () => 'preflight cluster was cancelled');
  }

  private async cancel(entries: readonly NodeJob[], why: (entry: NodeJob) => string): Promise<void> {
    for (const entry of entries) entry.cancelledFor = why(entry);
    await this.slurm.cancel(entries.map(({ job }) => job.id));
  }

  private lostIfSilent({ message }: SlurmSilent): void {
    if (performance.now() - this.answeredAt < silenceMs) return;
    for (const entry of this.open())
      entry.job = lost(entry.job, `no answer for ${formatSeconds(silenceMs / 1000)}: ${message}`);
  }
}

const lost = (job: SlurmJob, reason: string): SlurmJob => ({ ...job, state: 'LOST', reason });

function count(map: Map<string, number>, key: string): number {
  const next = (map.get(key) ?? 0) + 1;
  map.set(key, next);
  return next;
}
