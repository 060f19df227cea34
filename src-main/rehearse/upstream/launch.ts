import { oomKillCounter } from '../../machine/oom-kills.js';
import { type ProcessGroup, startGroup } from '../../machine/process-group.js';
import { messageIn, type RankMessage, rankSchema } from './messages.js';
import type { LaunchEnd } from './outcome.js';

/** How long there may be no sign of Open-Sora: while it loads its models, and within a step. Seconds. */
export interface Patience {
  start: number;
  step: number;
}

export interface Launch {
  program: string;
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  patience: Patience;
  signal: AbortSignal;
  /** Told of each step that a rank ends. */
  onStep(step: number): void;
}

/** Starts all ranks and hears them to their end; nothing of them is left after it. Never throws. */
export async function launchRanks(launch: Launch): Promise<LaunchEnd> {
  const { program, args, cwd, env, patience, signal } = launch;
  const counter = oomKillCounter();
  const before = counter();
  const group = startGroup(program, args, { cwd, env });
  const messages: RankMessage[] = [];
  let silentSeconds = patience.start;
  let by: LaunchEnd['by'] = 'itself';
  const end = async (reason: LaunchEnd['by']) => {
    by = reason;
    await group.endAll();
  };
  let late = watchSilence(end, silentSeconds);
  group.onLine((line) => {
    const message = messageIn(line, rankSchema);
    if (!message) return; // Open-Sora's own output
    messages.push(message);
    if (message.said === 'step') launch.onStep(message.step);
    clearTimeout(late);
    silentSeconds = patience.step;
    late = watchSilence(end, silentSeconds);
  });
  const cancelled = () => void end('cancelled');
  if (signal.aborted) cancelled();
  signal.addEventListener('abort', cancelled);
  const ended = await endOf(group);
  clearTimeout(late);
  signal.removeEventListener('abort', cancelled);
  const after = counter();
  return {
    end: ended,
    by,
    silentSeconds,
    messages,
    stderr: group.stderr(),
    kernelKilled: before !== null && after !== null && after > before,
  };
}

function watchSilence(end: (reason: 'late') => Promise<void>, seconds: number): NodeJS.Timeout {
  return setTimeout(() => void end('late'), seconds * 1000);
}

/** The end of what was started, and of whatever it left behind. */
async function endOf(group: ProcessGroup) {
  const end = await group.end;
  await group.endAll();
  return end;
}
