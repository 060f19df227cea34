import { randomUUID } from 'node:crypto';
import type { Live } from '../contract/channels.js';
import type { AskedRun } from '../contract/run-request.js';
import { isRunning, nextRunState, type RunEvent, type RunState } from '../contract/run-state.js';
import { UsageError } from '../contract/usage-error.js';
import type { FileTarget } from '../predict/config/target-from-file.js';
import { judgedGpu } from '../predict/judged-gpu.js';
import type { PreflightHooks, PreflightRequest } from '../preflight.js';
import { askedTarget } from './asked-target.js';
import { KeptReports } from './kept-reports.js';
import { failedOutcome } from './outcome.js';
import { Refusal } from './refusal.js';
import { openRunPlace, type RunOptions, type RunPlace } from './run-place.js';
import { sampleOf } from './sample.js';
import { Topic } from './topic.js';

/** The flow as a face runs it: `preflight()`, with that face's own way to start a worker. */
export type Flow = (
  request: PreflightRequest,
  hooks: PreflightHooks,
) => Promise<{ id: string; state: string }>;

export interface RunKeeperOptions extends RunOptions {
  flow: Flow;
  /** Where the reports of runs are kept. */
  home: string;
  /** Listened to while a run is under way. */
  live: Topic<Live>;
  onFault(error: unknown): void;
}

/** The one run that may be under way, and its state for whoever asks or listens. */
export class RunKeeper {
  readonly events = new Topic<RunEvent>();
  private current: RunState | null = null;
  private cancelling = new AbortController();
  private ending: Promise<void> = Promise.resolve();

  constructor(private readonly options: RunKeeperOptions) {}

  get state(): RunState | null {
    return this.current;
  }

  /** What is under way and since when, in words; null where nothing is. */
  get underWay(): string | null {
    if (this.current === null || !isRunning(this.current)) return null;
    return `a sweep of ${titleOf(this.current.request)} is under way since ${this.current.startedAt}`;
  }

  /**
   * Starts a run.
   * @throws UsageError for a target or GPU that is none
   * @throws Refusal while another is under way
   */
  start(request: AskedRun): { id: string } {
    if (this.underWay !== null) throw new Refusal(`${this.underWay}: wait for its end, or cancel it`);
    const target = askedTarget(request.asked);
    judgedGpu(request, null);
    const id = randomUUID();
    this.cancelling = new AbortController();
    const run: RunState = {
      id,
      startedAt: new Date().toISOString(),
      phase: 'detecting',
      request,
      machine: null,
      device: null,
      progress: null,
      rehearsal: null,
      probes: [],
      samples: [],
      reportId: null,
      error: null,
    };
    this.tell({ type: 'started', run });
    this.ending = this.run(request, target, id);
    return { id };
  }

  /** @throws UsageError for a run that is not there, Refusal for one that has ended */
  cancel(id: string): void {
    if (this.current?.id !== id) throw new UsageError(`there is no run ${id}`);
    if (!isRunning(this.current)) throw new Refusal(`the run has ended already (${this.current.phase})`);
    if (this.cancelling.signal.aborted) return;
    this.tell({ type: 'cancelling' });
    this.cancelling.abort();
  }

  /** Cancels what is under way and waits for its report. */
  async close(): Promise<void> {
    if (isRunning(this.current)) this.cancel(this.current!.id);
    await this.ending;
  }

  private async run(request: AskedRun, target: FileTarget, id: string): Promise<void> {
    let place: RunPlace | null = null;
    try {
      const { home } = this.options;
      const { goOnFrom } = request;
      const earlier = goOnFrom === undefined ? null : await new KeptReports(home).read(goOnFrom);
      place = await openRunPlace(home, id, request, earlier, this.options);
      // The flow tells of new ones alone.
      for (const probe of earlier?.probes ?? []) this.tell({ type: 'probe', probe });
      const asked = { ...target, ...this.asked(request), ...place.forReport };
      const { report, warning } = await this.measure(asked);
      this.tell({
        type: 'ended',
        phase: report.state === 'complete' ? 'done' : 'cancelled',
        reportId: report.id,
        ...(warning !== null && { warning }),
      });
    } catch (error) {
      await place?.discardEmpty();
      const outcome = failedOutcome(error, this.options.onFault);
      if (!outcome.ok) this.tell({ type: 'failed', error: outcome.message });
    }
  }

  private asked({ device, gpus, gpu, gpuMemory, profile, rehearse = false }: AskedRun) {
    const { cudaLibs, data } = this.options;
    return { device, gpus, gpu, gpuMemory, profile, rehearse, cudaLibs, data };
  }

  private async measure(request: PreflightRequest) {
    const start = performance.now();
    let unlisten = () => {};
    let warning: string | null = null;
    try {
      const report = await this.options.flow(request, {
        signal: this.cancelling.signal,
        onMachine: (machine, device, gpu) => {
          this.tell({ type: 'machine', machine, device });
          unlisten = this.options.live.listen((live) => {
            const seconds = (performance.now() - start) / 1000;
            this.tell({ type: 'sample', sample: sampleOf(live, seconds, machine, gpu) });
          });
        },
        onProgress: ({ index, total, point, secondsLeft }) =>
          this.tell({ type: 'progress', progress: { index, total, point, secondsLeft } }),
        onProbe: (probe) => this.tell({ type: 'probe', probe }),
        onRehearsal: (rehearsal) => this.tell({ type: 'rehearsal', rehearsal }),
        onKept: (kept) => {
          warning = 'warning' in kept ? kept.warning : null;
        },
      });
      return { report, warning };
    } finally {
      unlisten();
    }
  }

  private tell(event: RunEvent): void {
    this.current = nextRunState(this.current, event);
    this.events.tell(event);
  }
}

function titleOf({ asked }: AskedRun): string {
  if (!('flags' in asked)) return asked.name;
  const { model, task, resolution } = asked.flags;
  return [model, task, resolution].filter(Boolean).join(' ');
}
