/**
 * What a promise gives within a time, or undefined; what it does after that is left to itself.
 * @throws what the promise is rejected with in that time
 */
export async function within<T>(promise: Promise<T>, deadlineMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    // Timers come before what was read while the thread was held up, by NVML for one: that has a turn first.
    timer = setTimeout(() => setImmediate(resolve, undefined), deadlineMs);
  });
  promise.catch(() => {}); // a rejection after the deadline is nobody's
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
