import { isUnavailable, known } from '../contract/evidence.js';
import { formatSeconds } from '../contract/format.js';
import type { Prediction } from '../contract/report.js';
import { type DecideInput, judgesThisMachine } from './decide-input.js';
import { type Finding, finding } from './finding.js';

/** What is known of the speed, and of whose. It never turns a verdict. */
export function speedFinding(input: DecideInput): Finding {
  const { prediction, judgedGpu, target } = input;
  const { secondsPerStep, secondsPerStepEvidence: evidence } = prediction;
  const step = target.task === 'train' ? 'an optimiser step' : 'a denoising step';
  const id = 'speed';
  if (isUnavailable(secondsPerStep)) {
    const text = `The speed is not known: ${secondsPerStep.unavailable}`;
    return finding(id, 'not-tested', 'go', text, 'modelled');
  }
  const time = formatSeconds(secondsPerStep);
  if (judgedGpu !== null) {
    const text = `${time} for ${step} on ${judgedGpu.name} is modelled from its datasheet, not measured${whole(prediction)}`;
    return finding(id, 'look', 'go', text, 'modelled');
  }
  if (!judgesThisMachine(input)) {
    const text = `${time} for ${step} is this CPU's speed and says nothing about a GPU`;
    return finding(id, 'not-tested', 'go', text, evidence);
  }
  const how = evidence === 'measured' ? 'from blocks measured here' : 'scaled from blocks measured here';
  return finding(
    id,
    evidence === 'measured' ? 'pass' : 'look',
    'go',
    `${time} for ${step}, ${how}${whole(prediction)}`,
    evidence,
  );
}

/** The whole run, where its length is known. */
function whole({ secondsTotal }: Prediction): string {
  const total = known(secondsTotal);
  return total === undefined ? '' : `; ${formatSeconds(total)} for the whole run`;
}
