import { median } from '../../src-main/probe/statistics.js';
import type { Bench } from './bench.js';
import { probeSpatial } from './block.js';

const repeats = 3;

/** What a probe costs beside its sessions' own creation and runs: fork, graph, data, teardown. */
export const probeOverhead: Bench = {
  id: 'probe-overhead',
  title: 'a probe of an STDiT3 block beyond its sessions and runs',
  limit: 300,
  unit: 'ms',
  async run() {
    const overheads: number[] = [];
    const parts: string[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const { wallSeconds, phases } = await probeSpatial();
      const own = ['load', 'warmup', 'time', 'profile'] as const;
      const inOnnxRuntime = own.reduce((sum, phase) => sum + (phases[phase] ?? 0), 0);
      overheads.push(1000 * (wallSeconds - inOnnxRuntime));
      parts.push(
        `fork ${Math.round(1000 * (phases.fork ?? 0))}, build ${Math.round(1000 * (phases.build ?? 0))}`,
      );
    }
    return { value: median(overheads), detail: `median of ${repeats}; ms: ${parts.join('; ')}` };
  },
};
