import { exitCodes } from './exit.js';

/** `timeout` and npm pass a signal on that the whole group has had already: so soon after, it is the same one. */
const sameSignalMs = 500;

/**
 * The first signal cancels, so that what there is can still be shown and kept; the second ends at once.
 *
 * @param onCancel called at the first
 */
export function cancelOnSignals(onCancel: () => void): { signal: AbortSignal; dispose: () => void } {
  const controller = new AbortController();
  let since = 0;
  const onSignal = () => {
    if (controller.signal.aborted) {
      if (performance.now() - since > sameSignalMs) process.exit(exitCodes.cancelled);
      return;
    }
    since = performance.now();
    onCancel();
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
