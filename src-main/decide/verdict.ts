import { isUnavailable, known, type Reading, unavailable } from '../contract/evidence.js';
import type { Recommendation, Verdict, VerdictStatus } from '../contract/report.js';
import { type DecideInput, judgesThisMachine } from './decide-input.js';
import { type Finding, finding, worst } from './finding.js';
import { gpuFindings } from './gpu-findings.js';
import { headlineOf } from './headline.js';
import { memoryFinding, type Room, roomOf } from './memory-finding.js';
import { outOfMemoryBatches, probeFindings } from './probe-findings.js';
import { keepAsAsked, recommend } from './recommend.js';
import { speedFinding } from './speed-finding.js';

export type { DecideInput } from './decide-input.js';

export interface Decision {
  verdict: Verdict;
  recommendation: Reading<Recommendation>;
}

/**
 * Go, go with changes, no-go or inconclusive, with the reasons for it and the settings to use.
 *
 * A go needs the whole interval and the reserve within the free memory and nothing else against it; a no-go needs a
 * certain failure. What was not tested is never passed: it stays in the reasons, and where it matters it is
 * inconclusive.
 */
export function decide(input: DecideInput): Decision {
  const room = roomOf(input);
  const findings = [
    memoryFinding(input.prediction, room, input.target),
    ...probeFindings(input),
    ...gpuFindings(input),
    speedFinding(input),
    ...dryRun(input),
    ...leftOut(input),
  ];
  const recommendation = recommendationFor(input, findings, room);
  const status = statusOf(findings, recommendation);
  return {
    verdict: {
      status,
      headline: headlineOf(input, status, findings, room, known(recommendation)),
      freeBytes: room.freeBytes,
      reserveBytes: room.reserveBytes,
      reasons: findings.map(({ reason }) => reason),
    },
    recommendation,
  };
}

function statusOf(findings: Finding[], recommendation: Reading<Recommendation>): VerdictStatus {
  const asAsked = worst(findings);
  const rest = worst(findings.filter(({ aboutMemory }) => !aboutMemory));
  if (asAsked !== 'go' && rest === 'go' && !isUnavailable(recommendation)) return 'go-with-changes';
  return asAsked;
}

/** Changes are looked for where memory alone stands against the run, and what is free is known. */
function recommendationFor(input: DecideInput, findings: Finding[], room: Room): Reading<Recommendation> {
  const free = known(room.freeBytes);
  if (free === undefined)
    return unavailable('what is free is not known, so that nothing can be fitted to it');
  if (worst(findings.filter(({ aboutMemory }) => aboutMemory)) === 'go') return keepAsAsked(input.target);
  return recommend({
    target: input.target,
    prediction: input.prediction,
    limitBytes: free - room.reserveBytes,
    failingBatch: Math.min(Number.POSITIVE_INFINITY, ...outOfMemoryBatches(input)),
    predictAgain: input.predictAgain,
  });
}

function dryRun(input: DecideInput): Finding[] {
  if (input.deviceUsed !== 'cpu') return [];
  const text =
    input.judgedGpu === null
      ? 'A dry run on the CPU says what the run needs, and of no GPU whether it fits'
      : `A dry run on the CPU: ${input.judgedGpu.name} is judged by its memory alone`;
  return [finding('dry-run', 'look', input.judgedGpu === null ? 'inconclusive' : 'go', text, 'modelled')];
}

function leftOut(input: DecideInput): Finding[] {
  const lines = [...input.notCovered];
  if (!judgesThisMachine(input)) lines.push('Host memory, disk and software of the machine that will run it');
  if (lines.length === 0) return [];
  return [finding('not-covered', 'not-tested', 'go', `Not covered yet: ${lines.join('; ')}`, 'modelled')];
}
