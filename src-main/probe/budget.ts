import { known } from '../contract/evidence.js';
import type { Point, Probe } from '../contract/probe.js';
import type { Profile } from '../contract/target.js';
import type { Timing } from './messages.js';

/** Seconds that a sweep may take. */
export const sweepSeconds: Record<Profile, number> = { quick: 180, standard: 600, thorough: 1800 };

/** Warm-up until two runs agree, then at least five. */
export const fullTiming: Timing = { once: false, minSamples: 5, maxWarmups: 4, budgetSeconds: 5 };
export const onceTiming: Timing = { ...fullTiming, once: true };

/** Steps that a probe runs: two to agree, five samples, one or two profiled. */
const fullRuns = 9;
/** A cold run takes up to twice a warm one: its pages are touched for the first time. */
const coldRun = 2;
/** Process, graph and clean-up of a probe. */
const overheadSeconds = 1.5;

/** What the probes so far say of this device's speed, so that later ones can be planned. */
export class Pace {
  private readonly rates = new Map<string, number>();
  private readonly loads = new Map<string, number>();

  /** @param firstGuess FLOP/s to plan by until a probe has told */
  constructor(private readonly firstGuess: number) {}

  learn({ point, time, flops, phases, status }: Probe): void {
    if (status !== 'ok') return;
    const measured = known(time);
    const cold = phases.profile === undefined ? undefined : flops / phases.profile;
    const rate = measured ? flops / measured.medianSeconds : cold && cold * coldRun;
    if (rate) this.rates.set(point.block, rate);
    if (phases.load !== undefined) this.loads.set(point.block, phases.load);
  }

  /** Expected wall seconds of a probe of so many operations. */
  seconds(point: Point, flops: number, timing: Timing): number {
    const rate = this.rates.get(point.block) ?? [...this.rates.values()][0] ?? this.firstGuess;
    const load = this.loads.get(point.block) ?? 1;
    const run = flops / rate;
    return overheadSeconds + (timing.once ? load + coldRun * run : 2 * load + fullRuns * run);
  }
}

/** Longer than anyone waits, and short enough for a timer: its milliseconds must fit 31 bits. */
const longestDeadline = 7 * 24 * 3600;

/** A probe that takes so much longer than expected hangs. */
export function deadlineSeconds(expected: number): number {
  return Math.min(longestDeadline, 60 + 4 * expected);
}
