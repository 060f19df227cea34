import type { Report } from '../contract/report.js';
import { UsageError } from '../contract/usage-error.js';
import { builtFile, type OwnProcess, startProcess } from '../machine/own-process.js';
import type { PlanQuestion } from './planned.js';

export type PlannerQuestion = PlanQuestion & { id: number };
export type PlannerAnswer = { id: number } & ({ report: Report } | { error: string; usage: boolean });

/** A page that is not looked at asks no more: its process goes, and its memory. */
const idleMs = 60_000;

interface Waiting {
  resolve(report: Report): void;
  reject(error: Error): void;
}

/** Plans in a process of its own, which is started when it is needed, and anew after it has ended. */
export class Planner {
  private process: OwnProcess | null = null;
  private lastId = 0;
  private readonly waiting = new Map<number, Waiting>();
  private idle: NodeJS.Timeout | undefined;

  constructor(private readonly file = builtFile('planner')) {}

  /** @throws UsageError as `planned`; Error where the process ended before it answered */
  plan(question: PlanQuestion): Promise<Report> {
    clearTimeout(this.idle);
    return new Promise((resolve, reject) => {
      const id = ++this.lastId;
      this.process ??= this.start();
      this.waiting.set(id, { resolve, reject });
      this.process.send({ ...question, id } satisfies PlannerQuestion);
    });
  }

  /** Ends the process; the next question starts another. */
  close(): void {
    clearTimeout(this.idle);
    this.process?.kill();
    this.end('was closed');
  }

  private start(): OwnProcess {
    if (this.file === undefined) throw new Error('the planner is not built: run `npm run build`');
    const started = startProcess(this.file, { speaks: 'messages' });
    started.onMessage((message) => this.take(message as PlannerAnswer));
    started.onExit(({ code, signal }) => {
      // One that was closed may end after the next has begun.
      if (this.process === started) this.end(`has ended (${signal ?? `exit ${code}`})`);
    });
    return started;
  }

  private end(how: string): void {
    this.process = null;
    for (const { reject } of this.waiting.values())
      reject(new Error(`the process that plans ${how}; ask again`));
    this.waiting.clear();
  }

  private take(answer: PlannerAnswer): void {
    const waiting = this.waiting.get(answer.id);
    this.waiting.delete(answer.id);
    if ('report' in answer) waiting?.resolve(answer.report);
    else waiting?.reject(answer.usage ? new UsageError(answer.error) : new Error(answer.error));
    if (this.waiting.size === 0) this.idle = setTimeout(() => this.close(), idleMs).unref();
  }
}
