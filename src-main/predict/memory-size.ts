import { UsageError } from '../contract/usage-error.js';

/** GB is 10⁹ bytes and GiB is 2³⁰; a bare G is GiB, as Docker and Slurm read it. The same for M and T. */
const units: Record<string, number> = {
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** No GPU holds more; a figure beyond is a slip of the unit. */
const most = 4 * 2 ** 40;

/**
 * Bytes of a size such as `24GiB` (2³⁰ bytes each), `24GB` (10⁹) or `24g` (2³⁰, as Docker reads it).
 * @throws UsageError where it is no size, is not above zero, or is more than any GPU has.
 */
export function parseMemorySize(text: string): number {
  const match = /^([+-]?[\d.,]+)\s*([a-z]*)$/i.exec(text.trim());
  const value = Number(match?.[1]);
  const unit = match?.[2]?.toLowerCase() ?? '';
  if (match === null || !Number.isFinite(value)) {
    throw new UsageError(`"${text}" is not a memory size; write a number and a unit, such as 24GiB or 24GB`);
  }
  if (value <= 0) throw new UsageError(`a memory size must be above zero, not "${text}"; write 24GiB, say`);
  const factor = units[unit];
  if (factor === undefined) {
    throw new UsageError(
      unit === ''
        ? `"${text}" has no unit; write ${text.trim()}GiB (2^30 bytes each) or ${text.trim()}GB (10^9)`
        : `"${text}" has an unknown unit; write MiB, GiB or TiB (powers of two), or MB, GB or TB (powers of ten)`,
    );
  }
  const bytes = Math.round(value * factor);
  if (bytes > most)
    throw new UsageError(`"${text}" is more than any GPU has; at most 4TiB can be judged for`);
  if (bytes < 2 ** 20) throw new UsageError(`"${text}" is less than 1MiB; write 24GiB, say`);
  return bytes;
}
