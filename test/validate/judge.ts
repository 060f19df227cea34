import { analyseBlock } from '../../models/blocks/analyse.js';
import { type Answer, answer, askedOf } from '../../src-main/answer.js';
import { gibi } from '../../src-main/contract/format.js';
import type { Target } from '../../src-main/contract/target.js';
import type { TargetFlags } from '../../src-main/contract/target-flags.js';
import { remembered } from '../../src-main/predict/analyser.js';
import { resolveTarget } from '../../src-main/predict/resolve-target.js';
import { machine } from '../src-main/decide/decide-input.js';

/** What the driver and a desktop take of a card that is otherwise free. */
const takenGiB = 0.5;
/** Kept over all judged runs: the published shapes come again and again. */
const analyse = remembered(analyseBlock);

/** One target of all the buckets, each as often as the others. */
export function targetOf(buckets: readonly TargetFlags[]): Target {
  const targets = buckets.map((flags) => resolveTarget(flags));
  const share = 1 / targets.length;
  return { ...targets[0]!, buckets: targets.flatMap((target) => ({ ...target.buckets[0]!, share })) };
}

/** As `preflight plan --gpu-memory` answers, on a card with so much usable memory. */
export function planned(buckets: readonly TargetFlags[], gib: number): Answer {
  const memoryBytes = Math.round((gib - takenGiB) * gibi);
  return answer({
    ...askedOf({
      target: targetOf(buckets),
      machine: machine([]),
      probes: [],
      deviceUsed: 'none',
      gpuIndexes: null,
      judged: {
        judgedGpu: { name: `a card with ${gib} GiB`, memoryBytes, source: 'published' },
        speed: { of: 'unknown', reason: 'memory alone is judged' },
      },
      complete: true,
    }),
    analyse,
  }).report;
}
