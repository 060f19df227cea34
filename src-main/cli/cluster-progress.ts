import ora from 'ora';
import type { NodeJob } from '../cluster/watch.js';
import { formatSeconds } from '../contract/format.js';
import { printableText } from '../contract/printable.js';

/** Progress of a cluster's jobs on standard error: what changes as lines, and on a terminal one that moves. */
export class ClusterProgress {
  private readonly began = performance.now();
  private readonly said = new Map<string, string>();
  private readonly spinner = ora({
    stream: process.stderr,
    discardStdin: false,
    isEnabled: process.stderr.isTTY,
  });

  /** One line that stays. */
  say(text: string): void {
    const line = printableText(text);
    if (this.spinner.isSpinning) this.spinner.stopAndPersist({ symbol: '', text: line }).start();
    else process.stderr.write(`${line}\n`);
  }

  show(jobs: readonly NodeJob[]): void {
    for (const { node, job } of jobs) {
      // Only what waits has a reason that is of use before the end.
      const reason = job.began || /^(None|)$/.test(job.reason) ? '' : ` (${job.reason})`;
      const text = `${node.name}: job ${job.id} ${job.state.toLowerCase()}${reason}`;
      if (this.said.get(node.name) === text) continue;
      this.said.set(node.name, text);
      this.say(text);
    }
    if (!process.stderr.isTTY) return;
    this.spinner.text = `${summary(jobs)} · ${formatSeconds((performance.now() - this.began) / 1000)}`;
    if (!this.spinner.isSpinning) this.spinner.start();
  }

  stop(): void {
    this.spinner.stop();
  }
}

/** `3 running, 1 pending` */
function summary(jobs: readonly NodeJob[]): string {
  const counts = new Map<string, number>();
  for (const { job } of jobs) counts.set(job.state, (counts.get(job.state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state.toLowerCase()}`).join(', ');
}
