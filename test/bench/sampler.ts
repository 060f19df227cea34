import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { openSampler } from '../../src-main/probe/sampler.js';
import { samplersOf } from '../support/samplers.js';
import type { Bench } from './bench.js';
import { withStandIn } from './stand-in.js';

const seconds = 15;
/** Of test/fixtures/machines/h100x8.txt, with a process on it. */
const gpu = 'GPU-00000001-1111-2222-3333-444444444444';
const holder = 4242;

/** What the process that samples a GPU takes of one core, all of it: samples, sleep, Node's own. */
export const sampler: Bench = {
  id: 'sampler',
  title: 'sampling a GPU at 200 Hz beside a stand-in for NVML, of one core',
  limit: 1,
  unit: '%',
  run: () =>
    withStandIn(async (env) => {
      Object.assign(process.env, env);
      const opened = openSampler(gpu);
      try {
        const before = await opened.gpuUsedNow();
        opened.start(holder);
        opened.timing(true);
        await wait(1000); // the first calls bind the entry points and are compiled
        const [pid] = samplersOf();
        const [start, used] = [performance.now(), coreSeconds(pid!)];
        await wait(seconds * 1000);
        const share = (coreSeconds(pid!) - used) / ((performance.now() - start) / 1000);
        const { peaks } = await opened.stop();
        if (peaks.gpuUsedBytes !== before) throw new Error(`nothing was sampled: ${JSON.stringify(peaks)}`);
        return { value: 100 * share, detail: `over ${seconds} s, with how it fares at 10 Hz` };
      } finally {
        opened.close();
      }
    }),
};

/** Seconds that all threads of a process have run for, from /proc: proc(5), schedstat's first number. */
function coreSeconds(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e9;
}
