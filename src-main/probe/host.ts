import { analyseBlock } from '../../models/blocks/analyse.js';
import type { BlockAnalysis } from '../../models/blocks/types.js';
import { type Reading, unavailable } from '../contract/evidence.js';
import type { Point, Probe, ProbeStatus } from '../contract/probe.js';
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
import { openSampler, type Sampled, type Sampler } from './sampler.js';
import { supervise, type WorkerOptions } from './supervise.js';

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
  const phases: Outcome['phases'] = {};
  let measured: Outcome['measured'] = null;
  const end = await supervise<WorkerMessage>(options, {
    schema: workerMessageSchema,
    onReady(worker) {
      // Not before: a process may have no id until it runs, and it holds nothing on a GPU until it is asked.
      sampler.start(worker.pid ?? 0);
      worker.send(request);
    },
    onMessage(message, { conclude }) {
      if (message.type === 'phase') {
        phases[message.phase] = message.seconds;
        // A phase is told when it has ended.
        sampler.timing(message.phase === 'warmup');
      } else if (message.type === 'measured') {
        measured = message;
        conclude('ok', '');
      } else {
        conclude(message.status, message.cause);
      }
    },
  });
  if (end.readySeconds !== null) phases.fork = end.readySeconds;
  if (end.teardownSeconds !== null) phases.teardown = end.teardownSeconds;
  return { status: end.status, cause: end.cause, measured, phases };
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
