import { formatCount, formatSeconds } from '../contract/format.js';

const everyMs = 1000;

/** Says on standard error how far the reading of a history is: a line a second, so that a short one is silent. */
export function readingProgress(): (done: number, total: number) => void {
  const start = performance.now();
  let said = start;
  return (done, total) => {
    const now = performance.now();
    if (done === 0 || now - said < everyMs) return;
    said = now;
    const left = ((now - start) / 1000 / done) * (total - done);
    process.stderr.write(
      `reading reports: ${formatCount(done)} of ${formatCount(total)} · about ${formatSeconds(left)} left\n`,
    );
  };
}
