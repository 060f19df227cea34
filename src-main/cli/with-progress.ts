import type { PreflightHooks } from '../preflight.js';
import { cancelOnSignals } from './cancel.js';
import { Progress } from './progress.js';

/**
 * A run with its progress on standard error; the first signal cancels it, and what was measured is kept.
 *
 * @param run is given `say` too, for one line that stays
 */
export async function withProgress<Result>(
  run: (hooks: PreflightHooks, say: (text: string) => void) => Promise<Result>,
): Promise<Result> {
  const progress = new Progress();
  const cancel = cancelOnSignals(() =>
    progress.say('cancelling: what was measured is kept, and a report is written'),
  );
  try {
    const hooks: PreflightHooks = {
      signal: cancel.signal,
      onMachine: (machine, device) => progress.open(machine, device.reason),
      onProgress: (at) => progress.show(at),
      onRehearsal: (at) => progress.showRehearsal(at),
      onKept: (kept) => progress.say('path' in kept ? `kept in the history: ${kept.path}` : kept.warning),
    };
    return await run(hooks, (text) => progress.say(text));
  } finally {
    progress.stop();
    cancel.dispose();
  }
}

/** A folder of its own for each run, in the current one; its name has the time in UTC. */
export function defaultFolder(prefix = 'preflight-report'): string {
  const stamp = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  return `${prefix}-${stamp}`;
}
