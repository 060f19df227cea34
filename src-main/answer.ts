import { analyseBlock } from '../models/blocks/analyse.js';
import type { Report } from './contract/report.js';
import type { Rehearsed } from './decide/rehearsed.js';
import { type Asked, type DecideInput, type Decision, decide } from './decide/verdict.js';
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

/** What was answered, and what it rests on: for a rehearsal, and for the verdict after it. */
export interface Answered {
  report: Answer;
  input: DecideInput;
  decision: Decision;
}

/** Steps 4 to 6 of the flow: prediction, verdict, recommendation. */
export function answer(asked: Asked): Answered {
  const { target, probes, analyse, speed, lessons } = asked;

  // 4 Prediction
  const { prediction, notCovered } = predict(target, probes, analyse, speed, lessons);

  // 5 Verdict and 6 Recommendation
  const input = { ...asked, prediction, notCovered };
  return answered(input, decide(input));
}

/** The same answer once its settings were rehearsed. */
export function answerRehearsed({ input }: Answered, rehearsed: Rehearsed): Answered {
  const told = { ...input, rehearsed };
  return answered(told, decide(told));
}

function answered(input: DecideInput, decision: Decision): Answered {
  const { target, probes, analyse, speed, prediction, notCovered } = input;
  const { verdict, recommendation, nearestMiss } = decision;
  const modelled = probes.filter(({ evidence }) => evidence === 'modelled');
  const report = {
    target,
    prediction,
    agreement: agreementOf(probes, analyse, speed),
    verdict,
    recommendation,
    nearestMiss,
    notTested: [
      ...notCovered,
      ...modelled.map(
        ({ point, cause }) =>
          `${point.block} block at ${point.resolution}, ${point.frames} frames, batch ${point.batch}: ${cause}`,
      ),
    ],
  };
  return { report, input, decision };
}
