import { analyseBlock } from '../models/blocks/analyse.js';
import type { Machine } from './contract/machine.js';
import type { Probe } from './contract/probe.js';
import type { Report } from './contract/report.js';
import type { Target } from './contract/target.js';
import { decide } from './decide/verdict.js';
import type { Judged } from './judged-gpu.js';
import { remembered } from './predict/analyser.js';
import { predict } from './predict/predict.js';

/** What an answer rests on: the run, the machine, and what was measured, which may be nothing. */
export interface Question {
  target: Target;
  machine: Machine;
  probes: readonly Probe[];
  /** Provider that the probes ran on; `none` where nothing was run. */
  deviceUsed: string;
  /** CUDA ordinals asked for, or null for the first that the run needs. */
  gpuIndexes: readonly number[] | null;
  judged: Judged;
  /** Whether the sweep ran to its end. */
  complete: boolean;
}

export type Answer = Pick<Report, 'prediction' | 'verdict' | 'recommendation' | 'nearestMiss' | 'notTested'>;

/** Steps 4 to 6 of the flow: prediction, verdict, recommendation. */
export function answer(question: Question): Answer {
  const { target, probes, judged } = question;
  const analyse = remembered(analyseBlock);
  const predictFor = (of: Target) => predict(of, probes, analyse, judged.speed);

  // 4 Prediction
  const { prediction, notCovered } = predictFor(target);

  // 5 Verdict and 6 Recommendation
  const decision = decide({
    ...question,
    prediction,
    notCovered,
    judgedGpu: judged.judgedGpu,
    analyse,
    speed: judged.speed,
  });

  const modelled = probes.filter(({ evidence }) => evidence === 'modelled');
  return {
    prediction,
    ...decision,
    notTested: [
      ...notCovered,
      ...modelled.map(
        ({ point, cause }) =>
          `${point.block} block at ${point.resolution}, ${point.frames} frames, batch ${point.batch}: ${cause}`,
      ),
    ],
  };
}
