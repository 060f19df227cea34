import { analyseBlock } from '../models/blocks/analyse.js';
import type { Report } from './contract/report.js';
import { type Asked, decide } from './decide/verdict.js';
import { agreementOf } from './predict/agreement.js';
import { type Analyse, remembered } from './predict/analyser.js';
import type { Judged } from './predict/judged-gpu.js';
import { predict } from './predict/predict.js';

/** A run, the machine, and what was measured, which may be nothing. */
export type Question = Omit<Asked, 'judgedGpu' | 'analyse' | 'speed'> & {
  judged: Judged;
  analyse?: Analyse | undefined;
};

export type Answer = Pick<
  Report,
  'target' | 'prediction' | 'agreement' | 'verdict' | 'recommendation' | 'nearestMiss' | 'notTested'
>;

/** What predictions rest on, each shape's graph analysed once. */
export function askedOf({ judged, analyse = remembered(analyseBlock), ...question }: Question): Asked {
  return { ...question, ...judged, analyse };
}

/** Steps 4 to 6 of the flow: prediction, verdict, recommendation. */
export function answer(asked: Asked): Answer {
  const { target, probes, analyse, speed } = asked;

  // 4 Prediction
  const { prediction, notCovered } = predict(target, probes, analyse, speed);

  // 5 Verdict and 6 Recommendation
  const decision = decide({ ...asked, prediction, notCovered });

  const modelled = probes.filter(({ evidence }) => evidence === 'modelled');
  return {
    target,
    prediction,
    agreement: agreementOf(probes, analyse, speed),
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
