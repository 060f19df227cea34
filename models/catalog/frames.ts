type Accepted = { ok: true } | { ok: false; nearest: number[] };

/** Every whole number of frames from one. v1.0 and v1.1 encode frame by frame. */
export function anyFrames(frames: number): Accepted {
  return Number.isInteger(frames) && frames >= 1 ? { ok: true } : { ok: false, nearest: [1] };
}

/** One, or a multiple of `step`: what a video VAE that is not causal takes. The nearest are one below and one above. */
export function oneOrMultiple(step: number): (frames: number) => Accepted {
  return (frames) => {
    if (!(frames >= 1)) return { ok: false, nearest: [1] };
    if (frames === 1 || frames % step === 0) return { ok: true };
    const below = Math.floor(frames / step) * step;
    return { ok: false, nearest: [Math.max(1, below), below + step] };
  };
}

/**
 * Counts of the form `step` × k + 1, k from 0.
 * The nearest are one below and one above, whichever there are.
 */
export function onePlusMultiple(step: number): (frames: number) => Accepted {
  return (frames) => {
    if (!(frames >= 1)) return { ok: false, nearest: [1] };
    const steps = (frames - 1) / step;
    if (Number.isInteger(steps)) return { ok: true };
    return { ok: false, nearest: [Math.floor(steps) * step + 1, Math.ceil(steps) * step + 1] };
  };
}
