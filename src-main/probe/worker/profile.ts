import { type OperatorClass, operatorClasses } from '../../../models/graph/node.js';
import type { Reading } from '../../contract/evidence.js';
import type { Profiled, Provider } from '../messages.js';

/** Names that ONNX Runtime gives its providers in a profile. */
const providerNames: Record<Provider, string> = {
  cpu: 'CPUExecutionProvider',
  cuda: 'CUDAExecutionProvider',
  dml: 'DmlExecutionProvider',
  coreml: 'CoreMLExecutionProvider',
  webgpu: 'WebGpuExecutionProvider',
};

/** An event of the profile; what does not look like one is passed over. */
interface Event {
  cat: string;
  name: string;
  /** Start and length in microseconds. */
  ts: number;
  dur: number;
  args: Record<string, unknown>;
}

function isEvent(value: unknown): value is Event {
  if (typeof value !== 'object' || value === null) return false;
  const { cat, name, ts, dur, args } = value as Partial<Event>;
  return (
    typeof cat === 'string' &&
    typeof name === 'string' &&
    typeof ts === 'number' &&
    typeof dur === 'number' &&
    typeof args === 'object'
  );
}

/**
 * Reads the last run in a profile that ONNX Runtime wrote: peaks of its memory counters, time by class of
 * operator (our nodes carry their class in their name), and nodes that another provider ran.
 *
 * @throws Error where it is not the profile of a run
 */
export function readProfile(json: string, provider: Provider): Profiled {
  const document: unknown = JSON.parse(json);
  if (!Array.isArray(document)) throw new Error('the profile of ONNX Runtime is not a list of events');
  const parsed = document.filter(isEvent);
  const runs = parsed.filter(({ cat, name }) => cat === 'Session' && name === 'model_run');
  const run = runs.at(-1);
  const nodes = parsed.filter(
    ({ cat, name, ts }) =>
      cat === 'Node' && name.endsWith('_kernel_time') && (!run || (ts >= run.ts && ts <= run.ts + run.dur)),
  );
  if (nodes.length === 0) throw new Error('the profile of ONNX Runtime names no node that ran');
  // WebGPU's nodes are only queued in their time; what its device took stands in events of their own.
  const queued = parsed.filter(({ cat }) => cat === 'Api');
  const onDevice = queued.slice(queued.length - Math.floor(queued.length / Math.max(1, runs.length)));
  return {
    ...memory(
      nodes.filter(({ args }) => args.provider === providerNames[provider]),
      provider,
    ),
    secondsByOperatorClass: byClass([
      ...(onDevice.length > 0
        ? nodes.filter(({ args }) => args.provider !== providerNames[provider])
        : nodes),
      ...onDevice,
    ]),
    nodesOffProvider: offProvider(nodes, providerNames[provider]),
  };
}

function memory(
  nodes: readonly Event[],
  provider: Provider,
): Pick<Profiled, 'liveBytes' | 'inUseBytes' | 'heldBytes'> {
  const live = counter(nodes, 'mem_bytes_requested_in_use');
  const peak = (values: readonly number[]): Reading<number> => {
    const most = values.reduce((high, value) => Math.max(high, value), 0);
    // A provider without an arena counts nothing, and says 0.
    return most > 0 ? most : { unavailable: `the ${provider} provider reports no memory in its profile` };
  };
  const [first] = nodes.filter(({ args }) => 'mem_requested_in_use_delta' in args);
  // Weights that the provider copied to its own memory were there before the first node.
  const before = first ? live[0]! - Number(first.args.mem_requested_in_use_delta) : 0;
  const most = peak(live);
  return {
    liveBytes: typeof most === 'number' ? most - before : most,
    inUseBytes: peak(counter(nodes, 'mem_in_use_peak')),
    heldBytes: peak(counter(nodes, 'mem_arena_held')),
  };
}

function counter(nodes: readonly Event[], name: string): number[] {
  return nodes.map(({ args }) => Number(args[name] ?? Number.NaN)).filter(Number.isFinite);
}

function byClass(nodes: readonly Event[]): Partial<Record<OperatorClass, number>> {
  const seconds: Partial<Record<OperatorClass, number>> = {};
  for (const { name, dur, args } of nodes) {
    // The body of a Scan reports its own nodes; its own event would count them twice.
    if (args.op_name === 'Scan') continue;
    const label = name.split('/', 1)[0];
    const key = operatorClasses.find((known) => known === label) ?? 'other';
    seconds[key] = (seconds[key] ?? 0) + dur / 1e6;
  }
  return seconds;
}

function offProvider(nodes: readonly Event[], wanted: string): string[] {
  const counts = new Map<string, number>();
  for (const { args } of nodes) {
    if (args.provider === wanted) continue;
    const key = `${String(args.op_name)} (${String(args.provider).replace('ExecutionProvider', '')})`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => `${key} × ${count}`);
}
