import { analyseBlock } from '../../models/blocks/analyse.js';
import type { BlockAnalysis } from '../../models/blocks/types.js';
import { type Reading, unavailable } from '../contract/evidence.js';
import type { Point, Probe, ProbeStatus } from '../contract/probe.js';
import type { ProcessEnd } from '../machine/own-process.js';
import { forkWorker, type StartWorker } from './fork-worker.js';
import {
  type Phase,
  type Profiled,
  type Provider,
  type Timing,
  type WorkerMessage,
  type WorkerRequest,
  workerMessageSchema,
} from './messages.js';
import { memoryOf } from './modelled.js';
import { countOomKills } from './oom-kill.js';
import { removeProfileFolders } from './profile-folder.js';
import { openSampler, type Sampled, type Sampler } from './sampler.js';

export interface WorkerOptions {
  /** The worker is killed after this long and the probe ends as timed out. */
  deadlineSeconds: number;
  /** Variables for the worker: the loader's path, the GPU that CUDA may see. */
  env?: Readonly<Record<string, string>>;
  signal?: AbortSignal | undefined;
  startWorker?: StartWorker | undefined;
}

export interface ProbeOptions extends WorkerOptions {
  provider: Provider;
  timing: Timing;
  sampler?: Sampler;
}

/** How a worker ended, and what it said before. */
interface Outcome {
  status: ProbeStatus;
  cause: string;
  measured: Extract<WorkerMessage, { type: 'measured' }> | null;
  phases: Partial<Record<Phase, number>>;
}

/**
 * Measures one point in a process of its own and reports how that ended. Never throws for what the worker
 * does: a crash, a hang, running out of memory and a cancellation are results.
 */
export async function runProbe(point: Point, options: ProbeOptions): Promise<Probe> {
  const start = performance.now();
  const sampler = options.sampler ?? openSampler(null);
  // Before the worker starts: a shape that no graph can be built for leaves no process behind.
  const analysis = analyseBlock(point);
  const { provider, timing } = options;
  const outcome = await runWorker({ point, provider, timing }, options, sampler);
  const sampled = await sampler.stop();
  return assemble(point, options.provider, analysis, outcome, sampled, (performance.now() - start) / 1000);
}

/** Has a worker measure what is asked, and says how it ended. Never throws for what the worker does. */
export async function runWorker(
  request: WorkerRequest,
  options: WorkerOptions,
  sampler: Sampler,
): Promise<Outcome> {
  const { deadlineSeconds, env = {}, signal, startWorker = forkWorker } = options;
  let resolve: (outcome: Outcome) => void;
  const promise = new Promise<Outcome>((settle) => {
    resolve = settle;
  });
  const started = performance.now();
  const killsBefore = countOomKills();
  const outcome: Outcome = { status: 'crashed', cause: '', measured: null, phases: {} };
  // The first end that is known holds; what the process does while it is being killed changes nothing.
  let ended: { status: ProbeStatus; cause: string } | null = null;
  const worker = startWorker(env);

  const end = (status: ProbeStatus, cause: string) => {
    ended ??= { status, cause };
    worker.kill();
  };
  const timer = setTimeout(
    () => end('timed-out', `not done after ${deadlineSeconds.toFixed(0)} s`),
    deadlineSeconds * 1000,
  );
  let said: number | null = null;
  /** After its last word there is nothing left for a worker to do but to free what the kernel frees faster. */
  const conclude = (status: ProbeStatus, cause: string) => {
    said ??= performance.now();
    end(status, cause);
  };
  const cancel = () => end('cancelled', 'cancelled by the user');
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel, { once: true });

  worker.onMessage((raw) => {
    const parsed = workerMessageSchema.safeParse(raw);
    if (!parsed.success) return end('crashed', 'the worker sent what is no message of ours');
    const message = parsed.data;
    const early = outcome.phases.fork === undefined;
    if (early !== (message.type === 'ready'))
      return end('crashed', `the worker said "${message.type}" ${early ? 'before it was ready' : 'again'}`);
    if (message.type === 'ready') {
      outcome.phases.fork = (performance.now() - started) / 1000;
      // Not before: a process may have no id until it runs, and it holds nothing on a GPU until it is asked.
      sampler.start(worker.pid ?? 0);
      worker.send(request);
    } else if (message.type === 'phase') {
      outcome.phases[message.phase] = message.seconds;
      // A phase is told when it has ended.
      sampler.timing(message.phase === 'warmup');
    } else if (message.type === 'measured') {
      outcome.measured = message;
      conclude('ok', '');
    } else {
      conclude(message.status, message.cause);
    }
  });
  worker.onExit((exit) => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
    if (said !== null) outcome.phases.teardown = (performance.now() - said) / 1000;
    const stderr = worker.stderr();
    const { status, cause } = ended ?? unexpectedEnd(exit, killsBefore, stderr);
    resolve({ ...outcome, status, cause: withReason(cause, stderr) });
  });
  const result = await promise;
  if (result.measured === null && worker.pid !== undefined) await removeProfileFolders(worker.pid);
  return result;
}

/** ONNX Runtime gives the reason why a provider's library did not load on the standard error alone. */
function withReason(cause: string, stderr: string): string {
  if (!/Failed to load shared library/i.test(cause)) return cause;
  const reason = /Failed to load library .*?error: (.*)/i.exec(stderr)?.[1];
  return reason ? `${cause} (${reason.trim()})` : cause;
}

/** Last words of a process that got no memory where nothing catches that: the C++ library's (libstdc++), and V8's. */
const endedWithoutMemory = /std::bad_alloc|(?:JavaScript heap|process) out of memory/;

function unexpectedEnd(
  { code, signal, outOfMemory }: ProcessEnd,
  killsBefore: number | null,
  stderr: string,
): Pick<Outcome, 'status' | 'cause'> {
  const kills = countOomKills();
  const counted = signal === 'SIGKILL' && kills !== null && killsBefore !== null && kills > killsBefore;
  if (outOfMemory || counted)
    return { status: 'out-of-memory', cause: "ended by the kernel's out-of-memory killer" };
  const exhausted = endedWithoutMemory.exec(stderr);
  if (exhausted) return { status: 'out-of-memory', cause: `worker ended: ${exhausted[0]}` };
  const how = signal
    ? `ended by ${signal}`
    : code === null
      ? 'could not be started'
      : `ended with code ${code}`;
  const last = stderr.trim().split('\n').at(-1)?.slice(0, 200);
  return { status: 'crashed', cause: last ? `worker ${how}: ${last}` : `worker ${how}` };
}

function assemble(
  point: Point,
  provider: Provider,
  analysis: BlockAnalysis,
  { status, cause, measured, phases }: Outcome,
  { peaks, conditions }: Sampled,
  wallSeconds: number,
): Probe {
  const common = { point, provider, status, cause, evidence: 'measured', wallSeconds, phases } as const;
  const { flops, parameters } = analysis;
  if (status !== 'ok' || !measured) {
    const none = unavailable(cause || status);
    const rest = {
      memory: none,
      time: none,
      conditions: none,
      tokensPerSecond: none,
      tflops: none,
      nodesOffProvider: [],
    };
    return { ...common, ...rest, flops, parameters };
  }
  const { time, profiled } = measured;
  const noTime = unavailable('run once for its memory: a cold run says nothing of speed');
  const perSecond = (amount: number): Reading<number> => (time ? amount / time.medianSeconds : noTime);
  return {
    ...common,
    memory: { ...memoryOf(analysis, ''), ...readingsOf(profiled), ...peaks },
    time: time ? { ...time, secondsByOperatorClass: profiled.secondsByOperatorClass } : noTime,
    conditions: time ? conditions : noTime,
    tokensPerSecond: perSecond(point.batch * point.tokens * point.depth),
    tflops: perSecond(flops / 1e12),
    flops,
    parameters,
    nodesOffProvider: profiled.nodesOffProvider,
  };
}

function readingsOf({ liveBytes, inUseBytes, heldBytes }: Profiled) {
  return { liveBytes, inUseBytes, heldBytes };
}
