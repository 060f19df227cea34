import ora, { type Ora } from 'ora';
import { known } from '../contract/evidence.js';
import { formatGiB, formatSeconds } from '../contract/format.js';
import type { Machine } from '../contract/machine.js';
import { pointName } from '../contract/point-key.js';
import type { Probe } from '../contract/probe.js';
import type { SweepProgress } from '../probe/sweep.js';

/** Progress on standard error: a line that moves on a terminal, a line a point elsewhere. */
export class Progress {
  private readonly spinner: Ora;
  private readonly timer: NodeJS.Timeout;
  private readonly opening: string[] = [];
  private current: { progress: SweepProgress; since: number } | null = null;

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {
    this.spinner = ora({ stream, discardStdin: false, isEnabled: stream.isTTY });
    this.timer = setInterval(() => this.draw(), 500);
    this.timer.unref();
  }

  /** What the run is on; shown with the first probe, so that a refusal before it stays a single line. */
  open({ gpus, host }: Machine, device: string): void {
    const names = gpus.map(({ name }) => name).join(', ') || 'no GPU';
    this.opening.push(`machine: ${names}; ${host.cpu.usableCores} CPU cores`, `device: ${device}`);
  }

  /** One line that stays. */
  say(text: string): void {
    if (this.spinner.isSpinning) this.spinner.stopAndPersist({ symbol: '', text });
    else this.stream.write(`${text}\n`);
  }

  show(progress: SweepProgress): void {
    for (const line of this.opening.splice(0)) this.say(line);
    this.current = { progress, since: Date.now() };
    if (!this.stream.isTTY) this.stream.write(`${describe(progress, 0)}\n`);
    else if (!this.spinner.isSpinning) this.spinner.start();
    this.draw();
  }

  stop(): void {
    clearInterval(this.timer);
    this.spinner.stop();
  }

  private draw(): void {
    if (!this.current || !this.spinner.isSpinning) return;
    const { progress, since } = this.current;
    this.spinner.text = describe(progress, (Date.now() - since) / 1000);
  }
}

function describe({ index, total, point, last, secondsLeft }: SweepProgress, elapsed: number): string {
  const left = Math.max(0, secondsLeft - elapsed);
  const figures = last ? ` · last: ${figuresOf(last)}` : '';
  return `probe ${index} of ${total}: ${pointName(point)}${figures} · about ${formatSeconds(left)} left`;
}

function figuresOf({ status, memory, time }: Probe): string {
  if (status !== 'ok') return status;
  const live = known(known(memory)?.liveBytes ?? { unavailable: '' });
  const seconds = known(time)?.medianSeconds;
  const parts = [
    live === undefined ? '' : `${formatGiB(live)} live`,
    seconds === undefined ? '' : formatSeconds(seconds),
  ];
  return parts.filter(Boolean).join(', ') || 'ok';
}
