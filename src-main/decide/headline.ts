import { known } from '../contract/evidence.js';
import { formatGiB, formatGiBRange } from '../contract/format.js';
import { processMemory } from '../contract/process-memory.js';
import type { Recommendation, VerdictStatus } from '../contract/report.js';
import { type DecideInput, gpusUsed, judgesThisMachine } from './decide-input.js';
import type { Finding } from './finding.js';
import type { Room } from './memory-finding.js';

/**
 * The first line that a person reads: what is asked about, the verdict, and the two numbers that matter, need and
 * room. Says when it is a dry run.
 */
export function headlineOf(
  input: DecideInput,
  status: VerdictStatus,
  findings: readonly Finding[],
  room: Room,
  recommendation: Recommendation | undefined,
): string {
  const free = known(room.freeBytes);
  const need = formatGiBRange(input.prediction.interval.peakBytes);
  const subject = subjectOf(input);
  if (free === undefined && !judgesThisMachine(input)) {
    return `${subject}the run needs ${need} on each GPU; name the GPU with --gpu or --gpu-memory to have it judged`;
  }
  const numbers =
    free === undefined
      ? `the run needs ${need}, and what is free is not known`
      : `the run needs ${need} of the ${formatGiB(free)} free on ${gpuName(input)}`;
  const { verdict, detail } = sentence(input, status, findings, numbers, recommendation);
  return subject === ''
    ? `${verdict[0]!.toUpperCase()}${verdict.slice(1)}: ${detail}`
    : `${subject}${verdict}; ${detail}`;
}

function sentence(
  input: DecideInput,
  status: VerdictStatus,
  findings: readonly Finding[],
  numbers: string,
  recommendation: Recommendation | undefined,
): { verdict: string; detail: string } {
  const rehearsed = rehearsedIn(input);
  if (status === 'go') {
    return {
      verdict: input.judgedGpu === null ? 'go' : 'go for the memory',
      detail: `${rehearsed}${numbers}`,
    };
  }
  if (status === 'go-with-changes') {
    const changes = (recommendation?.changes ?? [])
      .filter(({ setting }) => setting !== 'effectiveBatch' && setting !== 'accumulation')
      .map(({ setting, to }) => changeInWords(setting, to));
    return { verdict: 'go with changes', detail: `${rehearsed}${numbers}, and fits with ${listed(changes)}` };
  }
  const cause = findings.find(({ allows }) => allows === status)?.reason;
  const why = cause === undefined || cause.id === 'memory' ? '' : `${lowerFirst(cause.text)}; `;
  return { verdict: status, detail: `${why}${numbers}` };
}

/** That the settings held when they were rehearsed, and in what; empty where they did not, or were not. */
function rehearsedIn({ rehearsed }: DecideInput): string {
  if (rehearsed?.rehearsal.status !== 'held') return '';
  const upstream = known(rehearsed.rehearsal.upstream)?.status === 'held';
  return `rehearsed in ${upstream ? 'Open-Sora' : 'ONNX Runtime'}; `;
}

/** A setting as its flag names it, in words: `cached text on`, `sp 4`. */
function changeInWords(setting: string, to: string): string {
  const name = setting.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${name} ${to === 'true' ? 'on' : to === 'false' ? 'off' : to}`;
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join() : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

function subjectOf(input: DecideInput): string {
  const judged = input.judgedGpu === null ? '' : `, judged for ${input.judgedGpu.name}`;
  if (input.deviceUsed === 'cpu') return `Dry run on the CPU${judged}: `;
  if (input.deviceUsed === 'none') return `Planned, nothing measured${judged}: `;
  return judged === '' ? '' : `Measured on another GPU${judged}: `;
}

function gpuName(input: DecideInput): string {
  if (input.judgedGpu !== null) return input.judgedGpu.name;
  const names = [...new Set(gpusUsed(input).map((gpu) => processMemory(gpu).instance?.name ?? gpu.name))];
  return names.length === 0 ? 'this GPU' : names.join(', ');
}

/** Into the middle of a sentence, but not where the first word is a name such as GPU or FlashAttention. */
function lowerFirst(text: string): string {
  return /^(The|One|Open|Not|Whether|Every)\b/.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text;
}
