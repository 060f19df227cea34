import { UsageError } from '../contract/usage-error.js';
import { hearParent, tellParent } from '../probe/worker/process.js';
import { Analyses } from './analyses.js';
import { InTurn } from './in-turn.js';
import { planned } from './planned.js';
import type { PlannerAnswer, PlannerQuestion } from './planner.js';

// A process of its own: a search takes a second or two, in which the desk's thread would hear no page, and the desktop's
// window would not move.

const { analyse } = new Analyses();
const plans = new InTurn();

hearParent(async (message) => {
  const { id, ...question } = message as PlannerQuestion;
  const answer: PlannerAnswer = await plans
    .do(() => planned(question, analyse))
    .then(
      (report) => ({ id, report }),
      (error: Error) => ({ id, error: error.message, usage: error instanceof UsageError }),
    );
  await tellParent(answer);
});
