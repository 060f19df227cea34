import { isUnavailable, known } from '../contract/evidence.js';
import { formatGiB } from '../contract/format.js';
import type { RehearsalAttempt } from '../contract/rehearsal.js';
import { attemptCause, leastMargin, stepsHeld } from '../contract/rehearsal-figures.js';
import type { DecideInput } from './decide-input.js';
import { type Allows, type Finding, finding } from './finding.js';
import { type Rehearsed, sameSettings, shownOf } from './rehearsed.js';

const id = 'rehearsal';

/**
 * What a rehearsal in ONNX Runtime says of the settings that are judged; nothing where there was none.
 *
 * @param rest what all other findings leave open
 */
export function rehearsalFinding(input: DecideInput, rest: Allows): Finding[] {
  const { rehearsed, target } = input;
  const last = rehearsed?.rehearsal.attempts.at(-1);
  if (rehearsed === undefined || last === undefined) return [];
  const failed = rehearsed.rehearsal.attempts.filter(({ status }) => status === 'out-of-memory');
  const shown = shownOf(rehearsed, target);
  if (last.status === 'held') {
    if (failed.length === 0 || shown === 'held')
      return [finding(id, 'pass', 'go', heldText(last, which(rehearsed, target), rest), 'rehearsed')];
    const text = `${outOfMemoryText(failed[0]!)}; the next best settings held: ${held(last)}`;
    const allows = shown === 'out-of-memory' ? 'no-go' : 'inconclusive';
    return [finding(id, 'fail', allows, text, 'rehearsed', true)];
  }
  if (last.status === 'out-of-memory')
    return [finding(id, 'fail', 'no-go', outOfMemoryText(failed[0]!, failed.length), 'rehearsed')];
  const ended = `The rehearsal in ONNX Runtime ended as ${last.status}${because(last)}`;
  if (shown === 'out-of-memory') {
    const text = `${outOfMemoryText(failed[0]!)}; with the next best settings it ended as ${last.status}${because(last)}`;
    return [finding(id, 'fail', 'no-go', text, 'rehearsed')];
  }
  return [
    finding(id, 'not-tested', 'inconclusive', `${ended}: what was not rehearsed is not passed`, 'rehearsed'),
  ];
}

/** What steps of Open-Sora's own code say. */
export function upstreamFinding({ rehearsed }: DecideInput): Finding[] {
  const upstream = rehearsed === undefined ? undefined : known(rehearsed.rehearsal.upstream);
  if (upstream === undefined) return [];
  const { status, steps, ranks, expectedPeakBytes, peakReservedBytes, cause, missingBytes } = upstream;
  const own = 'rehearsal-open-sora';
  const where = ranks === 1 ? 'one GPU' : `${ranks} GPUs`;
  if (status === 'held') {
    const peak = isUnavailable(peakReservedBytes)
      ? `PyTorch's peak is not known: ${peakReservedBytes.unavailable}`
      : `PyTorch reserved ${formatGiB(peakReservedBytes)} at most, where ${formatGiB(expectedPeakBytes)} were predicted`;
    return [
      finding(
        own,
        'pass',
        'go',
        `Rehearsed in Open-Sora: ${steps} steps of its own code held on ${where}; ${peak}`,
        'rehearsed',
      ),
    ];
  }
  const why = cause === '' ? '' : `: ${cause}`;
  if (status === 'out-of-memory') {
    const missing = known(missingBytes);
    const short = missing === undefined ? '' : `, ${formatGiB(missing)} short`;
    const text = `Open-Sora's own code ran out of memory when rehearsed on ${where}${short}${why}`;
    return [finding(own, 'fail', 'no-go', text, 'rehearsed')];
  }
  const text = `The rehearsal in Open-Sora ended as ${status}${why}`;
  return [finding(own, 'not-tested', 'inconclusive', text, 'rehearsed')];
}

function heldText(last: RehearsalAttempt, settings: string, rest: Allows): string {
  const proves = "it proves ONNX Runtime's graph and memory, not PyTorch's";
  const open = rest === 'inconclusive' ? ', and settles nothing that is inconclusive here' : '';
  return `Rehearsed in ONNX Runtime${settings}: ${held(last)}; ${proves}${open}`;
}

/** Words for settings that are not the asked ones. */
function which({ targets }: Rehearsed, target: DecideInput['target']): string {
  return sameSettings(targets.at(-1)!, target) ? '' : ' with the recommended settings';
}

function held(attempt: RehearsalAttempt): string {
  const peak = known(attempt.rehearsed.peakBytes);
  const margin = leastMargin(attempt);
  return [
    `${stepsHeld(attempt)} steps at full depth`,
    ...(peak === undefined
      ? []
      : [`a peak of ${formatGiB(peak)} where ${formatGiB(attempt.expected.peakBytes)} were expected`]),
    ...(margin === undefined ? [] : [`${formatGiB(margin)} left`]),
  ].join(', ');
}

function outOfMemoryText(first: RehearsalAttempt, attempts = 1): string {
  const times =
    attempts > 1
      ? `, and the next best ${attempts === 2 ? 'settings' : `${attempts - 1} settings`} likewise`
      : '';
  return `The settings that should fit ran out of memory when rehearsed in ONNX Runtime${because(first)}${times}`;
}

function because(attempt: RehearsalAttempt): string {
  const cause = attemptCause(attempt);
  return cause === '' ? '' : ` (${cause})`;
}
