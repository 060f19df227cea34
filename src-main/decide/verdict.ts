import { isUnavailable, known, type Reading, unavailable } from '../contract/evidence.js';
import type { NearestMiss, Recommendation, Verdict, VerdictStatus } from '../contract/report.js';
import type { DecideInput } from './decide-input.js';
import { type Finding, finding, worst } from './finding.js';
import { computesInBf16, gpuFindings } from './gpu-findings.js';
import { headlineOf } from './headline.js';
import { hostFindings } from './host-findings.js';
import { limitsOf } from './limits.js';
import { machineFindings } from './machine-findings.js';
import { memoryFinding, type Room, roomOf, upstreamMemory } from './memory-finding.js';
import { migFindings } from './mig-finding.js';
import { probeFindings } from './probe-findings.js';
import { pythonFinding } from './python-finding.js';
import { type Advice, makeFit, speedUp } from './recommend.js';
import { rehearsalFinding, upstreamFinding } from './rehearsal-finding.js';
import { scriptFindings } from './script-findings.js';
import { speedFinding } from './speed-finding.js';

export type { Asked, DecideInput } from './decide-input.js';

export interface Decision {
  verdict: Verdict;
  recommendation: Reading<Recommendation>;
  nearestMiss: Reading<NearestMiss>;
  /** The recommended settings and their prediction; undefined where none fit. */
  instead: Advice['instead'];
}

/**
 * Go, go with changes, no-go or inconclusive, with the reasons for it and the settings to use.
 *
 * A go needs the whole interval and the reserve within the free memory and nothing else against it; a no-go needs a
 * certain failure. What was not tested is never passed: it stays in the reasons, and where it matters it is
 * inconclusive. After a rehearsal the settings are those that it came to.
 */
export function decide(input: DecideInput): Decision {
  const room = roomOf(input);
  const findings = findingsOf(input, room);
  const advice = input.rehearsed?.advice ?? adviceFor(input, findings, room);
  const status = statusOf(input, findings, advice, room);
  return {
    verdict: {
      status,
      headline: headlineOf(input, status, findings, room, known(advice.recommendation)),
      freeBytes: room.freeBytes,
      reserveBytes: room.reserveBytes,
      reasons: findings.map(({ reason }) => reason),
    },
    recommendation: advice.recommendation,
    nearestMiss: advice.nearestMiss,
    instead: advice.instead,
  };
}

function findingsOf(input: DecideInput, room: Room): Finding[] {
  const findings = [
    upstreamMemory(input, room) ?? memoryFinding(input.prediction, room, input.target),
    ...probeFindings(input),
    ...gpuFindings(input),
    ...migFindings(input),
    ...scriptFindings(input.target),
    ...hostFindings(input),
    ...machineFindings(input),
    pythonFinding(input),
    speedFinding(input),
    ...dryRun(input),
    ...leftOut(input),
    ...upstreamFinding(input),
  ];
  return [...findings, ...rehearsalFinding(input, worst(findings))];
}

/** Changes make it go where nothing stands against the run that they do not mend, and nothing against it with them. */
function statusOf(input: DecideInput, findings: Finding[], { instead }: Advice, room: Room): VerdictStatus {
  const asAsked = worst(findings);
  const rest = worst(findings.filter(({ mendable }) => !mendable));
  if (asAsked === 'go' || rest !== 'go' || instead === undefined) return asAsked;
  return worst(findingsOf({ ...input, ...instead }, room)) === 'go' ? 'go-with-changes' : asAsked;
}

/** Changes are looked for where what is free is known. */
function adviceFor(input: DecideInput, findings: Finding[], room: Room): Advice {
  const free = known(room.freeBytes);
  if (free === undefined) {
    const none = unavailable('what is free is not known, so that nothing can be fitted to it');
    return { recommendation: none, nearestMiss: none, instead: undefined };
  }
  const limits = limitsOf(input, free - room.reserveBytes);
  const bf16 = computesInBf16(input);
  const fits = worst(findings.filter(({ mendable }) => mendable)) === 'go';
  return fits ? speedUp(input, limits, bf16) : withoutMore(makeFit(input, limits, bf16), findings);
}

/** No number of GPUs mends what no setting does, such as a card that FlashAttention does not run on. */
function withoutMore(advice: Advice, findings: Finding[]): Advice {
  const against = findings.find(({ mendable, allows }) => !mendable && allows === 'no-go');
  if (against === undefined || isUnavailable(advice.nearestMiss)) return advice;
  const gpuCount = unavailable(against.reason.text);
  return { ...advice, nearestMiss: { ...advice.nearestMiss, gpuCount } };
}

function dryRun(input: DecideInput): Finding[] {
  if (input.deviceUsed !== 'cpu') return [];
  const text =
    input.judgedGpu === null
      ? 'A dry run on the CPU says what the run needs, and of no GPU whether it fits'
      : `A dry run on the CPU: ${input.judgedGpu.name} is judged by its memory alone`;
  return [finding('dry-run', 'look', input.judgedGpu === null ? 'inconclusive' : 'go', text, 'modelled')];
}

function leftOut({ notCovered }: DecideInput): Finding[] {
  if (notCovered.length === 0) return [];
  return [
    finding('not-covered', 'not-tested', 'go', `Not covered yet: ${notCovered.join('; ')}`, 'modelled'),
  ];
}
