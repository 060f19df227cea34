import type { ModelVersion } from '../../models/catalog/types.js';
import type { Rung } from './ladder.js';

/** A rung to try; tell by `answer` whether it ran before taking the next. */
export interface Trial extends Rung {
  answer(ran: boolean): void;
}

/**
 * Halves what lies between a shape that ran and one that failed, until they are neighbours: batches where the
 * frames are the same, else the frame counts that the version's VAE takes.
 */
export function* bisect(version: ModelVersion, ran: Rung, failed: Rung): Generator<Trial> {
  const between = candidates(version, ran, failed);
  let low = 0;
  let high = between.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    let fits = false;
    yield {
      ...between[middle]!,
      answer: (answer) => {
        fits = answer;
      },
    };
    if (fits) low = middle + 1;
    else high = middle;
  }
}

function candidates(version: ModelVersion, ran: Rung, failed: Rung): Rung[] {
  if (ran.frames === failed.frames)
    return Array.from({ length: failed.batch - ran.batch - 1 }, (_, index) => ({
      ...ran,
      batch: ran.batch + index + 1,
    }));
  const rungs = new Map<number, Rung>();
  for (let frames = ran.frames + 1; frames < failed.frames; frames++) {
    const latentFrames = version.latentFrames(frames);
    if (
      latentFrames > ran.latentFrames &&
      latentFrames < failed.latentFrames &&
      version.acceptsFrames(frames).ok
    )
      rungs.set(latentFrames, { ...failed, frames, latentFrames });
  }
  return [...rungs.values()];
}
