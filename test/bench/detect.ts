import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../../src-main/probe/statistics.js';
import { compileInto, compiler } from '../native/compile.js';
import type { Bench, Measured, Skipped } from './bench.js';

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
  async run(): Promise<Measured | Skipped> {
    if (process.platform !== 'linux' || !compiler) return { skipped: 'needs Linux and a C compiler' };
    const folder = mkdtempSync(join(tmpdir(), 'preflight-bench-'));
    try {
      compileInto(join(folder, 'libnvidia-ml.so.1'), 'test/native/fake-nvml.c', '-shared', '-fPIC');
      const FAKE_NVML = 'test/fixtures/machines/h100x8.txt';
      return detectOverNode({ ...process.env, LD_LIBRARY_PATH: folder, FAKE_NVML });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
