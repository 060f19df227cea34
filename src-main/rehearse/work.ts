import type { Architecture } from '../../models/blocks/architecture.js';
import { streamLengths } from '../../models/blocks/forward.js';
import { stepMemory } from '../../models/blocks/step-memory.js';
import type { StepShape } from '../../models/blocks/types.js';
import type { BlockKind, Dtype, ModelVersion } from '../../models/catalog/types.js';
import { bucketLabel } from '../contract/bucket-label.js';
import { known } from '../contract/evidence.js';
import type { Probe } from '../contract/probe.js';
import { type HeldPart, type RehearsalAttempt, rehearsalLimits } from '../contract/rehearsal.js';
import type { Target } from '../contract/target.js';
import type { Analyse } from '../predict/analyser.js';
import { type BucketMemory, predictMemory } from '../predict/memory.js';
import type { PhaseName } from '../predict/phases.js';
import { hasFlashAttention } from '../predict/predict.js';
import { contextBytes } from '../predict/residents.js';
import type { Speed } from '../predict/time.js';
import type { RehearsalJob } from '../probe/rehearsal/job.js';
import { expectedSeconds } from './expected-seconds.js';
import { graphNotes } from './graph-notes.js';
import { heldParts } from './held-parts.js';
import { rankStep } from './rank-step.js';

/** Settings that are to be rehearsed, on what, and what their prediction rests on. */
export interface RehearsalQuestion {
  version: ModelVersion;
  /** As `architectureOf` gives it; tests give narrower ones. */
  architecture: Architecture;
  target: Target;
  /** Type in which the device runs such a target. */
  dtype: Dtype;
  /** ONNX Runtime's, such as `cuda`. */
  provider: string;
  probes: readonly Probe[];
  analyse: Analyse;
  /** Of the GPU that is judged. */
  speed: Speed;
  /** Of the device that is rehearsed, where that is another. */
  deviceSpeed?: Speed;
  /** Give all blocks of a kind the same weights and states: where the host cannot hold them all. */
  sharedWeights?: boolean;
}

/** What a worker is to do on each device, and what of the attempt is known before. */
export interface RehearsalWork
  extends Pick<RehearsalAttempt, 'bucket' | 'graph' | 'parts' | 'heldPhase' | 'expected'> {
  job: RehearsalJob;
}

/**
 * The work of one attempt: the bucket whose steps are predicted to take the most, at the model's full depth, as one GPU of the
 * target has it. What is predicted and not run is ballast, and where the device runs another type than the target's, all is
 * predicted in that type.
 *
 * The peak that is expected is of ONNX Runtime's graph and the ballast, by the depth law; it is no prediction of PyTorch's.
 */
export function rehearsalWork(question: RehearsalQuestion): RehearsalWork {
  const { version, architecture, dtype, provider, probes, analyse, speed, sharedWeights = false } = question;
  const target = { ...question.target, dtype };
  const { buckets } = predictMemory(version, target, probes, analyse, hasFlashAttention(speed));
  const steadyOf = ({ phases }: BucketMemory) =>
    phases.find(({ name }) => name === steadyPhase[target.task])!;
  const worst = buckets.reduce((most, next) => (steadyOf(next).bytes > steadyOf(most).bytes ? next : most));
  const { bucket } = worst;
  const step = rankStep(version, architecture, target, bucket, sharedWeights);
  const memory = stepMemory(architecture, step);
  const parts = heldParts(steadyOf(worst).parts, memory, step.blocks, provider);
  const secondsPerStep = expectedSeconds(
    version,
    target,
    bucket,
    probes,
    analyse,
    question.deviceSpeed ?? speed,
  );
  const peakBytes = sum(parts, () => true);
  const others = otherPhases(buckets, provider);
  return {
    bucket: bucketLabel(bucket),
    graph: {
      blocks: blockCounts(step),
      dtype,
      batch: step.batch,
      tokens: Math.max(...step.blocks.map(({ kind }) => tokensOf(architecture, kind, step))),
      sharedWeights,
      notes: graphNotes(version, question.target, step),
    },
    parts,
    heldPhase: largestBeyond(others, peakBytes),
    expected: { peakBytes, secondsPerStep },
    job: {
      architecture: plain(architecture),
      step,
      residentBytes: memory.weights + memory.masters + memory.moments + memory.inputs,
      ballastBytes: sum(parts, ({ how }) => how === 'ballast'),
      otherPhases: others,
      expectedPeakBytes: peakBytes,
      expectedStepSeconds: known(secondsPerStep) ?? null,
      limits: rehearsalLimits,
    },
  };
}

/** The phase in which the steps that are run have their peak. */
const steadyPhase = { train: 'backward', infer: 'denoise' } as const;

/**
 * All that the device holds in the phases that are not run, of the bucket that needs the most in each. The first step's is the
 * steady one's without AdamW's moments. What PyTorch's allocator keeps from another phase is handed back before memory
 * runs out, and so no run needs it.
 */
function otherPhases(buckets: readonly BucketMemory[], provider: string): RehearsalJob['otherPhases'] {
  // The rehearsal has a context of its own there, which no counter shows.
  const own = provider === 'cuda' ? contextBytes.alone : 0;
  const most = new Map<PhaseName, number>();
  for (const { name, parts } of buckets.flatMap(({ phases }) => phases)) {
    if (name === 'backward' || name === 'denoise' || name === 'first-step') continue;
    const needed = parts.reduce((total, { id, bytes }) => total + (id === 'allocator-cache' ? 0 : bytes), 0);
    most.set(name, Math.max(most.get(name) ?? 0, needed - own));
  }
  return [...most].map(([phase, bytes]) => ({ phase, bytes }));
}

/** The phase that needs the most, where that is more than the steps take; null where none does. */
function largestBeyond(others: RehearsalJob['otherPhases'], peakBytes: number): RehearsalWork['heldPhase'] {
  const [most] = others.toSorted((a, b) => b.bytes - a.bytes);
  return most !== undefined && most.bytes > peakBytes ? most : null;
}

/** What a block's builder reads and no more: a catalogue's entry has functions, which cannot be sent to a worker. */
function plain(architecture: Architecture): Architecture {
  const { id, hidden, heads, mlpRatio, textTokens, attention, rotaryAxes } = architecture;
  return { id, hidden, heads, mlpRatio, textTokens, attention, rotaryAxes };
}

function blockCounts({ blocks }: StepShape): RehearsalAttempt['graph']['blocks'] {
  return [...new Set(blocks.map(({ kind }) => kind))].map((kind) => {
    const alike = blocks.filter((block) => block.kind === kind);
    return { kind, count: alike.length, checkpointed: alike.filter(({ checkpoint }) => checkpoint).length };
  });
}

/** Tokens of one sample that a kind of block works on, text included where attention is joint. */
function tokensOf(architecture: Architecture, kind: BlockKind, step: StepShape): number {
  return streamLengths(architecture, kind, step).reduce((all, length) => all + length, 0);
}

function sum(parts: readonly HeldPart[], wanted: (part: HeldPart) => boolean): number {
  return parts.reduce((total, part) => total + (wanted(part) ? part.bytes : 0), 0);
}
