import { answerParent, nextWord, tellParent } from '../../../../src-main/probe/worker/process.js';

// A rehearsal's worker from its margin on, by the worker's own way of hearing its parent.
answerParent(async () => {
  await tellParent({ type: 'step', seconds: 1 });
  const sampled = nextWord();
  await tellParent({ type: 'stage', stage: 'margin' });
  await sampled;
  return { type: 'held', marginBytes: 4096, residentPeakBytes: 7 };
});
