import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { detectMachine } from '../../src-main/machine/detect.js';
import type { PreflightHooks, PreflightRequest } from '../../src-main/preflight.js';
import { serve } from '../../src-main/serve/server.js';
import { tinyPoint } from '../support/points.js';

/** Before memory is first read: what grows once, such as the heap's young generation, has grown. */
const warmUp = 20_000;
const counted = 100_000;
/** About as fast as three pages on one machine read them. */
const atOnce = 50;

const mib = () => process.memoryUsage.rss() / 2 ** 20;

async function manyEvents(_: PreflightRequest, hooks: PreflightHooks) {
  const device = { asked: 'cpu', used: 'cpu', reason: 'a bench' } as const;
  hooks.onMachine(await detectMachine({}), device, null);
  const point = tinyPoint();
  let before = 0;
  for (let index = 1; index <= warmUp + counted; index++) {
    hooks.onProgress({ index, total: warmUp + counted, point, last: null, secondsLeft: 1 });
    if (index % atOnce === 0) await setTimeout(1);
    if (index === warmUp) before = mib();
  }
  process.stdout.write(`${JSON.stringify({ before, after: mib() })}\n`);
  return { id: 'a bench', state: 'complete' };
}

/** `preflight serve` in this process, with a run that tells nothing but progress; it prints its address first. */
export async function serveManyEvents(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'preflight-bench-'));
  const served = await serve({ host: '127.0.0.1', port: 0, home, flow: manyEvents, onFault: console.error });
  process.stdout.write(`${served.address}\n`);
  process.once('SIGTERM', async () => {
    await served.close();
    rmSync(home, { recursive: true, force: true });
  });
}
