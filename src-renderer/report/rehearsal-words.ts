import { isUnavailable, known, type Reading } from '../../src-main/contract/evidence.js';
import { formatGiB, formatSeconds, grouped } from '../../src-main/contract/format.js';
import type { Lesson } from '../../src-main/contract/lesson.js';
import { phaseWordsOf } from '../../src-main/contract/phase-words.js';
import type {
  HeldPart,
  Rehearsal,
  RehearsalAttempt,
  RehearsalStage,
  RehearsalStatus,
  RehearsedDevice,
  UpstreamRehearsal,
} from '../../src-main/contract/rehearsal.js';
import { stepsHeld } from '../../src-main/contract/rehearsal-figures.js';
import type { Report } from '../../src-main/contract/report.js';
import { differenceOf } from './agreement-words.js';
import { blockName } from './series.js';
import { type Mark, probeWords } from './words.js';

// A rehearsal in words, for the terminal, Markdown and the page alike.

export const rehearsalWords: Record<RehearsalStatus, { word: string; mark: Mark }> = {
  ...probeWords,
  held: { word: 'held to the end', mark: 'pass' },
};

/** In what, of a lesson and of what it changed in a prediction. */
export const rehearsedInWords: Record<Lesson['rehearsedIn'], string> = {
  'onnx-runtime': 'ONNX Runtime',
  'open-sora': 'Open-Sora',
};

/** Where it was, of one that did not hold. */
export const stageWords: Record<RehearsalStage, string> = {
  prepare: 'building the graph',
  ballast: 'holding ballast',
  load: 'loading the graph',
  'first-step': 'in the first step',
  steps: 'in the steps',
  'other-phases': 'holding the other phases',
  margin: 'looking for the margin',
  upstream: 'running Open-Sora’s own code',
};

/** The last attempt is the one that the rehearsal ends with. */
export const lastAttempt = ({ attempts }: Rehearsal): RehearsalAttempt => attempts.at(-1)!;

/** `GPU 3`; its name where it is no GPU of NVIDIA's. */
export function deviceName({ gpu, name }: Pick<RehearsedDevice, 'gpu' | 'name'>): string {
  return gpu === null ? name : `GPU ${gpu}`;
}

/** `8 GPUs at once`, `GPU 0`, or the name of the one device. */
export function devicesName({ devices }: Pick<RehearsalAttempt, 'devices'>): string {
  return devices.length === 1 ? deviceName(devices[0]!) : `${devices.length} GPUs at once`;
}

export const countedSteps = (steps: number) => (steps === 1 ? '1 step' : `${steps} steps`);

/** How it ended, in a sentence beside its word. */
export function endSentence(attempt: RehearsalAttempt): string {
  const steps = countedSteps(stepsHeld(attempt));
  const on = devicesName(attempt);
  if (attempt.status !== 'held' && stepsHeld(attempt) === 0)
    return `No step of the whole model ended on ${on}.`;
  if (attempt.status !== 'held') return `Of the whole model ${steps} ended on ${on}.`;
  return `The whole model ran ${steps} on ${on}, with ballast for what is in no graph.`;
}

/** What it rests on: upstream's own code only where that held. */
export function rehearsedIn({ status, upstream }: Rehearsal): 'Open-Sora' | 'ONNX Runtime' {
  return status === 'held' && !isUnavailable(upstream) && upstream.status === 'held'
    ? 'Open-Sora'
    : 'ONNX Runtime';
}

/** The device with the least room: of the highest peak that is known. */
export function fullestDevice({ devices }: Pick<RehearsalAttempt, 'devices'>): RehearsedDevice {
  const peak = (device: RehearsedDevice) => known(device.peakBytes) ?? -1;
  return devices.reduce((fullest, next) => (peak(next) > peak(fullest) ? next : fullest));
}

/** By how much what was rehearsed is off what was expected, `+0.7 %`; a dash where one of them is not known. */
function errorOf(expected: Reading<number>, rehearsed: Reading<number>): string {
  if (isUnavailable(expected) || isUnavailable(rehearsed) || expected === 0) return '–';
  return differenceOf((rehearsed as number) / (expected as number) - 1);
}

/** A figure that was expected beside what came. */
export interface ComparedFigure {
  name: string;
  expected: Reading<string>;
  rehearsed: Reading<string>;
  error: string;
}

const shown = (reading: Reading<number>, format: (value: number) => string): Reading<string> =>
  isUnavailable(reading) ? reading : format(reading as number);

const compared = (
  name: string,
  expected: Reading<number>,
  rehearsed: Reading<number>,
  format: (value: number) => string,
): ComparedFigure => ({
  name,
  expected: shown(expected, format),
  rehearsed: shown(rehearsed, format),
  error: errorOf(expected, rehearsed),
});

/** Peak and step of an attempt, as they were expected and as they came. */
export function comparedFigures({ expected, rehearsed }: RehearsalAttempt): ComparedFigure[] {
  return [
    compared('Peak in use on each device', expected.peakBytes, rehearsed.peakBytes, formatGiB),
    compared(
      'Step, the median without the first',
      expected.secondsPerStep,
      rehearsed.secondsPerStep,
      formatSeconds,
    ),
  ];
}

/** The same of upstream's own steps, whose prediction is of PyTorch. */
export function comparedUpstream({
  expectedPeakBytes,
  peakAllocatedBytes,
}: UpstreamRehearsal): ComparedFigure[] {
  return [compared('Peak that PyTorch allocated', expectedPeakBytes, peakAllocatedBytes, formatGiB)];
}

/** What was held, by how it was held. `runBytes`: all of the expected peak that is no ballast. */
export function partsHeld({ parts, expected }: RehearsalAttempt): Record<HeldPart['how'], HeldPart[]> & {
  ballastBytes: number;
  runBytes: number;
} {
  const held = parts.filter(({ bytes }) => bytes > 0);
  const ballast = held.filter(({ how }) => how === 'ballast');
  const ballastBytes = ballast.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    run: held.filter(({ how }) => how === 'run'),
    ballast,
    ballastBytes,
    runBytes: Math.max(0, expected.peakBytes - ballastBytes),
  };
}

/** What ran, in one line: `19 × double-stream block (19 checkpointed); bf16, batch 2, 8,828 tokens of each sample on a device`. */
export function graphLine({ graph }: RehearsalAttempt): string {
  const blocks = graph.blocks.map(
    ({ kind, count, checkpointed }) =>
      `${count} × ${blockName(kind).toLowerCase()}${checkpointed > 0 ? ` (${checkpointed} checkpointed)` : ''}`,
  );
  return `${blocks.join(', ')}; ${graph.dtype}, batch ${graph.batch}, ${grouped(graph.tokens, 0)} tokens of each sample on a device`;
}

/** What a rehearsal shows of the run, and what it does not. */
export function provesLines(rehearsal: Rehearsal): string[] {
  const { graph, heldPhase } = lastAttempt(rehearsal);
  const held = rehearsal.status === 'held';
  return [
    ...(rehearsedIn(rehearsal) === 'Open-Sora'
      ? ['Rehearsed in Open-Sora: its own code ran these steps here, on made-up data.']
      : []),
    held
      ? 'Rehearsed in ONNX Runtime: it proves this graph and its memory on this device, not PyTorch’s kernels and allocator.'
      : 'It did not hold, so that it proves nothing for the run.',
    'What was expected here is about this graph in ONNX Runtime; the prediction of the report is about Open-Sora in PyTorch.',
    ...(held && heldPhase !== null
      ? [
          `The phases that are not run were reached by ballast: the most ${phaseWordsOf(heldPhase.phase)}, ${formatGiB(heldPhase.bytes)} in all.`,
        ]
      : []),
    ...graph.notes,
    ...(isUnavailable(rehearsal.upstream)
      ? [`Open-Sora’s own code was not run: ${rehearsal.upstream.unavailable}.`]
      : []),
  ];
}

/** The command that would rehearse the run of a report; null where that would be another one's. */
export function rehearsingCommand({ command, device }: Pick<Report, 'command' | 'device'>): string | null {
  if (device.used === 'none' || !command.startsWith('preflight run ')) return null;
  return command.includes(' --rehearse') ? command : `${command} --rehearse`;
}

/** Devices that ended alike for the same cause, as one. */
export interface UnheldGroup {
  /** `GPUs 0, 1, 2` */
  names: string;
  status: RehearsalStatus;
  /** `in the first step, 1.37 GiB missing`; empty where neither is known. */
  where: string;
  cause: string;
}

/** What did not hold, with equal ends drawn together; those that were ended because of it come last. */
export function unheldDevices({ devices }: Pick<RehearsalAttempt, 'devices'>): UnheldGroup[] {
  const groups = new Map<string, RehearsedDevice[]>();
  for (const device of devices) {
    if (device.status === 'held') continue;
    const key = JSON.stringify([device.status, device.cause, whereOf(device)]);
    groups.set(key, [...(groups.get(key) ?? []), device]);
  }
  return [...groups.values()]
    .map((group) => {
      const { status, cause } = group[0]!;
      return {
        names: namesOf(group),
        status,
        where: whereOf(group[0]!),
        cause: cause || 'no cause was given',
      };
    })
    .toSorted((a, b) => Number(a.status === 'cancelled') - Number(b.status === 'cancelled'));
}

function namesOf(devices: readonly RehearsedDevice[]): string {
  const indexes = devices.map(({ gpu }) => gpu);
  if (devices.length === 1 || indexes.includes(null)) return devices.map(deviceName).join(', ');
  return `GPUs ${indexes.join(', ')}`;
}

function whereOf({ stage, ...end }: RehearsedDevice): string {
  return [...(stage === null ? [] : [stageWords[stage]]), ...missingOf(end)].join(', ');
}

function missingOf({ status, missingBytes }: Pick<RehearsedDevice, 'status' | 'missingBytes'>): string[] {
  const missing = status === 'out-of-memory' ? known(missingBytes) : undefined;
  return missing === undefined ? [] : [`${formatGiB(missing)} missing`];
}

/** How upstream's own steps ended, in a sentence beside its word. */
export function upstreamSentence(own: UpstreamRehearsal): string {
  const { steps, ranks, stage } = own;
  const where = stage === null ? [] : [stage === 'start' ? 'before its training began' : 'in its training'];
  const end = [...where, ...missingOf(own)].join(', ');
  return `Its training script ran ${countedSteps(steps)} on ${ranks === 1 ? '1 GPU' : `${ranks} GPUs`}${end === '' ? '' : `, and ended ${end}`}.`;
}
