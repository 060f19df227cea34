import { spawnSync } from 'node:child_process';
import { median } from '../../src-main/probe/statistics.js';
import type { Bench, Measured } from './bench.js';
import { withStandIn } from './stand-in.js';

const rounds = 20;
/** 300 ms on a machine where bare Node takes 50 ms to start. */
const limit = 6;

const secondsOf = (args: readonly string[], env: NodeJS.ProcessEnv): number => {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, args, { env, stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
  return (performance.now() - start) / 1000;
};

/** `detect --json` over a start of Node that does nothing; the two take turns. */
function detectOverNode(env: NodeJS.ProcessEnv): Measured {
  const [whole, bare]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    bare.push(secondsOf(['-e', '0'], env));
    whole.push(secondsOf(['scripts/preflight.mjs', 'detect', '--json'], env));
  }
  const ms = (seconds: readonly number[]) => Math.round(1000 * median(seconds));
  return {
    value: median(whole) / median(bare),
    detail: `median of ${rounds}: ${ms(whole)} ms over ${ms(bare)} ms`,
  };
}

export const detectHere: Bench = {
  id: 'detect',
  title: 'detect --json over a start of Node, on this machine as it is',
  limit,
  unit: '×',
  run: async () => detectOverNode(process.env),
};

export const detectStandIn: Bench = {
  id: 'detect-gpus',
  title: 'detect --json over a start of Node, with a stand-in for NVML that plays eight H100s',
  limit,
  unit: '×',
  run: () => withStandIn(async (env) => detectOverNode({ ...process.env, ...env })),
};
