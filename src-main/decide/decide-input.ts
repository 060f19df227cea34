import type { Lesson } from '../contract/lesson.js';
import type { Gpu, Machine } from '../contract/machine.js';
import type { Probe } from '../contract/probe.js';
import type { Prediction } from '../contract/report.js';
import type { JudgedGpu, Target } from '../contract/target.js';
import type { Analyse } from '../predict/analyser.js';
import { gpusOfNode } from '../predict/ranks.js';
import type { Speed } from '../predict/time.js';
import type { Rehearsed } from './rehearsed.js';

/** The run, and where: what is known before anything is predicted. */
export interface Asked {
  target: Target;
  probes: readonly Probe[];
  machine: Machine;
  /** Provider that the probes ran on, or `none` where nothing was run (`preflight plan`). */
  deviceUsed: string;
  /** CUDA ordinals asked for by `--gpus`, or null for the first that the run needs. */
  gpuIndexes: readonly number[] | null;
  judgedGpu: JudgedGpu | null;
  /** Whether the sweep ran to its end. */
  complete: boolean;
  /** What predictions of other settings of the same run rest on, beside the probes. */
  analyse: Analyse;
  speed: Speed;
  /** What rehearsals of the device that is judged taught; none where it is another than this machine's. */
  lessons?: readonly Lesson[] | undefined;
}

/** All that a verdict rests on. */
export interface DecideInput extends Asked {
  prediction: Prediction;
  /** What the prediction leaves out. */
  notCovered: readonly string[];
  /** What a rehearsal showed, once there was one. */
  rehearsed?: Rehearsed | undefined;
}

/** Whether the verdict is about this machine's own GPUs: they were measured on, and no other was named. */
export function judgesThisMachine(input: Asked): boolean {
  return input.judgedGpu === null && input.deviceUsed !== 'cpu' && input.deviceUsed !== 'none';
}

/** GPUs of this machine that the run would use: those asked for, or the first of each node's share. */
export function gpusUsed(input: Asked): Gpu[] {
  const visible = input.machine.gpus
    .filter((gpu) => gpu.index !== null)
    .toSorted((a, b) => a.index! - b.index!);
  const asked = input.gpuIndexes;
  if (asked !== null) return visible.filter(({ index }) => asked.includes(index!));
  return visible.slice(0, gpusOfNode(input.target));
}
