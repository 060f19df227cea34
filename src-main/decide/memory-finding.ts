import { known, type Reading, unavailable } from '../contract/evidence.js';
import { formatGiB, formatGiBRange } from '../contract/format.js';
import { phaseWordsOf } from '../contract/phase-words.js';
import { processMemory } from '../contract/process-memory.js';
import type { Prediction } from '../contract/report.js';
import type { Target } from '../contract/target.js';
import { contextPart } from '../predict/residents.js';
import { contradictionAbout } from './contradictions.js';
import { type Asked, type DecideInput, gpusUsed, judgesThisMachine } from './decide-input.js';
import { type Finding, finding } from './finding.js';
import { sameSettings } from './rehearsed.js';

/**
 * Kept back of the free memory: what a desktop or another process may take while the run goes on, and what no
 * prediction covers. A judgement: 1 GiB, or 2 % of a large GPU.
 */
export const reserve = { leastBytes: 2 ** 30, share: 0.02 } as const;

/** Memory that the run may have on each GPU, and the reserve within it. Bytes. */
export interface Room {
  freeBytes: Reading<number>;
  reserveBytes: number;
}

/** Of a judged GPU all of it is free; of this machine's GPUs what a process gets of the fullest of those used. */
export function roomOf(input: Asked): Room {
  const freeBytes = freeOf(input);
  const free = known(freeBytes);
  return {
    freeBytes,
    reserveBytes: reserveOf(free ?? 0),
  };
}

/** Bytes that are kept back of so much free memory. */
export function reserveOf(freeBytes: number): number {
  return Math.round(Math.max(reserve.leastBytes, reserve.share * freeBytes));
}

function freeOf(input: Asked): Reading<number> {
  if (input.judgedGpu !== null) return input.judgedGpu.memoryBytes;
  if (!judgesThisMachine(input)) return unavailable('no GPU was named; --gpu or --gpu-memory would');
  const gpus = gpusUsed(input);
  if (gpus.length === 0) return unavailable('none of the GPUs asked for is visible here');
  const free = gpus.map((gpu) => processMemory(gpu).freeBytes);
  const missing = free.find((reading) => known(reading) === undefined);
  return missing ?? Math.min(...free.map((reading) => known(reading)!));
}

/**
 * Whether the predicted peak fits: go within free less reserve for certain, no-go beyond free for certain. A run of
 * which published figures contradict each other is not called no-go.
 */
export function memoryFinding(
  prediction: Prediction,
  { freeBytes, reserveBytes }: Room,
  target: Target,
): Finding {
  const [low, high] = prediction.interval.peakBytes;
  const need = `${formatGiB(prediction.peakBytesPerGpu)} (${formatGiBRange([low, high])}), the most ${phaseWordsOf(prediction.phase)}${worstBucket(prediction)}`;
  const evidence = prediction.parts.some((part) => part.evidence === 'modelled') ? 'modelled' : 'measured';
  const free = known(freeBytes);
  if (free === undefined) {
    const reason = freeBytes as { unavailable: string };
    const text = `Each GPU needs ${need}; what is free is not known: ${reason.unavailable}`;
    return finding('memory', 'not-tested', 'inconclusive', text, evidence);
  }
  const has = `${formatGiB(free)} are free, ${formatGiB(reserveBytes)} of them kept in reserve`;
  if (low > free) {
    const text = `The run needs ${need}; ${has}${breaking(prediction, free)}`;
    const contradiction = contradictionAbout(target, free);
    return contradiction === undefined
      ? finding('memory', 'fail', 'no-go', text, evidence, true)
      : finding('memory', 'look', 'inconclusive', `${text}; ${contradiction}`, evidence, true);
  }
  // Asked so that a figure which is no number does not pass.
  if (!(high + reserveBytes <= free)) {
    const text = `The run needs ${need}; ${has}: too near to call`;
    return finding('memory', 'look', 'inconclusive', text, evidence, true);
  }
  return finding('memory', 'pass', 'go', `The run needs ${need}; ${has}`, evidence);
}

/**
 * What Open-Sora's own steps settle: these very settings held, and what PyTorch reserved, CUDA's context and the reserve lie
 * within what is free. Undefined where they do not, or there were none.
 */
export function upstreamMemory(input: DecideInput, { freeBytes, reserveBytes }: Room): Finding | undefined {
  const { rehearsed, target } = input;
  const last = rehearsed?.targets.at(-1);
  if (rehearsed === undefined || last === undefined || !sameSettings(last, target)) return undefined;
  const upstream = known(rehearsed.rehearsal.upstream);
  const reserved = upstream?.status === 'held' ? known(upstream.peakReservedBytes) : undefined;
  const free = known(freeBytes);
  if (reserved === undefined || free === undefined || !judgesThisMachine(input)) return undefined;
  const context = contextPart(target).range[1];
  if (!(reserved + context + reserveBytes <= free)) return undefined;
  const text = `Open-Sora's own code took ${formatGiB(reserved)}, and ${formatGiB(context)} at most beside it; ${formatGiB(free)} are free, ${formatGiB(reserveBytes)} of them kept in reserve`;
  return finding('memory', 'pass', 'go', text, 'rehearsed');
}

/** The first phase, in the order of the run, that certainly does not fit, and the two parts that it holds most of. */
function breaking({ phases }: Prediction, free: number): string {
  const first = phases.find(({ range }) => range[0] > free);
  if (first === undefined) return '';
  const largest = first.parts.toSorted((a, b) => b.bytes - a.bytes).slice(0, 2);
  const parts = largest.map(({ name, bytes }) => `${name} ${formatGiB(bytes)}`).join(' and ');
  return `; it runs out ${phaseWordsOf(first.id)}, which holds ${parts}`;
}

/** Of several buckets, the one that needs the most. */
function worstBucket({ buckets }: Prediction): string {
  if (buckets.length === 1) return '';
  const worst = buckets.reduce((most, next) => (next.peakBytes > most.peakBytes ? next : most));
  return ` of the bucket ${worst.label}`;
}
