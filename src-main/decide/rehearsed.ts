import type { Rehearsal } from '../contract/rehearsal.js';
import type { Target } from '../contract/target.js';
import type { Advice } from './recommend.js';
import { settingsOf } from './settings.js';

/** A rehearsal, and what comes of it for the run. */
export interface Rehearsed {
  rehearsal: Rehearsal;
  /** The run's settings of each attempt, in their order. */
  targets: readonly Target[];
  /** The settings that held; where none did, none are recommended. */
  advice: Advice;
}

/** How a rehearsal bears on settings. */
export type Shown = 'held' | 'out-of-memory' | 'not-tried';

/** What a rehearsal showed of these very settings. */
export function shownOf({ rehearsal, targets }: Rehearsed, settings: Target): Shown {
  const index = targets.findIndex((target) => sameSettings(target, settings));
  const status = rehearsal.attempts[index]?.status;
  return status === 'held' || status === 'out-of-memory' ? status : 'not-tried';
}

/** Whether two targets of one run have the same settings, the micro-batch of each bucket among them. */
export function sameSettings(one: Target, other: Target): boolean {
  return keyOf(one) === keyOf(other);
}

function keyOf(target: Target): string {
  const batches = target.buckets.map(({ batch }) => batch);
  return JSON.stringify([settingsOf(target), target.checkpointedBlocks, batches]);
}
