import { setImmediate } from 'node:timers/promises';

/** Does what takes this thread for a second one after the other, so that between two of them others are heard. */
export class InTurn {
  private last: Promise<unknown> = Promise.resolve();

  do<T>(work: () => T | Promise<T>): Promise<T> {
    const result = this.last.then(() => setImmediate()).then(work);
    this.last = result.catch(() => {});
    return result;
  }
}
