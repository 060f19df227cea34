import ora, { type Ora } from 'ora';
import { stageWords } from '../../src-renderer/report/rehearsal-words.js';
import { known } from '../contract/evidence.js';
import { formatGiB, formatSeconds } from '../contract/format.js';
import type { Machine } from '../contract/machine.js';
import { pointName } from '../contract/point-key.js';
import type { Probe } from '../contract/probe.js';
import type { RehearsalProgress } from '../contract/rehearsal.js';
import type { SweepProgress } from '../probe/sweep.js';

/** Progress on standard error: a line that moves on a terminal, a line a point elsewhere. */
export class Progress {
  private readonly spinner: Ora;
  private readonly timer: NodeJS.Timeout;
  private readonly opening: string[] = [];
  private current: { text: (elapsed: number) => string; since: number } | null = null;

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
    this.take((elapsed) => describe(progress, elapsed));
  }

  showRehearsal(progress: RehearsalProgress): void {
    this.take((elapsed) => describeRehearsal(progress, elapsed));
  }

  private take(text: (elapsed: number) => string): void {
    for (const line of this.opening.splice(0)) this.say(line);
    this.current = { text, since: Date.now() };
    if (!this.stream.isTTY) this.stream.write(`${text(0)}\n`);
    else if (!this.spinner.isSpinning) this.spinner.start();
    this.draw();
  }

  stop(): void {
    clearInterval(this.timer);
    this.spinner.stop();
  }

  private draw(): void {
    if (!this.current || !this.spinner.isSpinning) return;
    const { text, since } = this.current;
    this.spinner.text = text((Date.now() - since) / 1000);
  }
}

function describe({ index, total, point, last, secondsLeft }: SweepProgress, elapsed: number): string {
  const figures = last ? ` · last: ${figuresOf(last)}` : '';
  return `probe ${index} of ${total}: ${pointName(point)}${figures}${leftAfter(secondsLeft, elapsed)}`;
}

/** `rehearsal: in the steps, step 3 of 20 · about 12 s left`; `rehearsal, attempt 2: …` after one that ran out of memory. */
function describeRehearsal(
  { attempt, stage, step, steps, secondsLeft }: RehearsalProgress,
  elapsed: number,
): string {
  const which = attempt === 1 ? 'rehearsal' : `rehearsal, attempt ${attempt}`;
  const done = step === 0 ? '' : `, step ${step} of ${steps} done`;
  const left = secondsLeft === null || secondsLeft === 0 ? '' : leftAfter(secondsLeft, elapsed);
  return `${which}: ${stageWords[stage].replaceAll('’', "'")}${done}${left}`;
}

function leftAfter(secondsLeft: number, elapsed: number): string {
  return ` · about ${formatSeconds(Math.max(0, secondsLeft - elapsed))} left`;
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
