import { analyseBlock } from '../../models/blocks/analyse.js';
import type { TargetFlags } from '../../src-main/contract/target-flags.js';
import { decide } from '../../src-main/decide/verdict.js';
import { remembered } from '../../src-main/predict/analyser.js';
import { findGpu } from '../../src-main/predict/gpus.js';
import { predict } from '../../src-main/predict/predict.js';
import { resolveTarget } from '../../src-main/predict/resolve-target.js';
import { cpuMachine } from '../fixtures/sample-machines.js';
import type { Bench } from './bench.js';

/** Runs that do not fit as asked: v2.0 as its second stage has it, on a smaller card, and v1.2. */
const runs: readonly TargetFlags[] = [
  {
    model: 'v2.0',
    task: 'train',
    resolution: '768px',
    frames: 129,
    batch: 2,
    gpuCount: 8,
    sp: 4,
    checkpointing: 'full',
  },
  {
    model: 'v1.2',
    task: 'train',
    resolution: '480p',
    frames: 51,
    batch: 5,
    gpuCount: 8,
    checkpointing: 'none',
  },
];

const rounds = 5;

/** What a recommendation takes once the run is predicted: the slower of the two runs, the median of some rounds. */
export const search: Bench = {
  id: 'search',
  title:
    'search for the fastest settings that fit, v2.0 stage 2 and v1.2 on H100 (cold analyser, warm process)',
  limit: 100,
  unit: 'ms',
  async run() {
    for (const flags of runs) searchOnce(flags);
    const medians = runs.map((flags) => {
      const times = Array.from({ length: rounds }, () => searchOnce(flags)).toSorted((a, b) => a - b);
      return times[Math.floor(rounds / 2)]!;
    });
    const detail = runs.map(({ model }, index) => `${model} ${medians[index]!.toFixed(0)} ms`).join(', ');
    return { value: Math.max(...medians), detail };
  },
};

/** Milliseconds of the verdict with its search, by an analyser that knows the asked shape alone. */
function searchOnce(flags: TargetFlags): number {
  const target = resolveTarget(flags);
  const gpu = findGpu('H100');
  const speed = { of: 'gpu', gpu } as const;
  const analyse = remembered(analyseBlock);
  const predicted = predict(target, [], analyse, speed);
  const start = performance.now();
  const { recommendation } = decide({
    target,
    ...predicted,
    probes: [],
    machine: cpuMachine(),
    deviceUsed: 'none',
    gpuIndexes: null,
    judgedGpu: { name: gpu.name, memoryBytes: gpu.memoryBytes, source: gpu.source },
    complete: true,
    analyse,
    speed,
  });
  const took = performance.now() - start;
  if ('unavailable' in recommendation || recommendation.changes.length === 0)
    throw new Error(`nothing was searched for ${flags.model}`);
  return took;
}
