import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { drainMs, type ProcessEnd, tailOf } from './own-process.js';
import { within } from './within.js';

/** A program that is not ours, with all that it starts: heard by lines, and ended as a whole. */
export interface ProcessGroup {
  /** Lines of its standard output. */
  onLine(listener: (line: string) => void): void;
  /** Its end, after what it wrote was heard; neither code nor signal where it could not be started. */
  readonly end: Promise<ProcessEnd>;
  /** The last of its standard error; where it could not be started, why. */
  stderr(): string;
  /** Ends it and all that it has started, and waits until none of them is left. */
  endAll(): Promise<void>;
}

/** Name of the variable that marks a group: torchrun gives each rank a session of its own, which no signal to a group reaches. */
const markName = 'PREFLIGHT_GROUP';
/** What is left is looked for so often; a process that is within the kernel may take some time to end. */
const rounds = 100;
const roundMs = 50;

/**
 * Starts a program without a shell, in a session of its own, so that Ctrl-C in a terminal leaves its end to us. Its
 * standard input is a pipe that ends with this process, however that ends.
 */
export function startGroup(
  program: string,
  args: readonly string[],
  { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv },
): ProcessGroup {
  const mark = randomUUID();
  const child = spawn(program, args, {
    cwd,
    env: { ...env, [markName]: mark },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const lines = createInterface({ input: child.stdout });
  const tail = tailOf(child.stderr);
  let refused = '';
  // What ends with its input unread breaks the pipe.
  child.stdin.on('error', () => {});
  const heard = once(lines, 'close');
  const end = new Promise<ProcessEnd>((resolve) => {
    child.once('error', (error) => {
      refused = error.message;
      resolve({ code: null, signal: null, outOfMemory: false });
    });
    child.once('exit', async (code, signal) => {
      // A process that it left may hold its output open.
      if ((await within(heard, drainMs)) === undefined) child.stdout.destroy();
      resolve({ code, signal, outOfMemory: false });
    });
  });
  return {
    onLine: (listener) => lines.on('line', listener),
    end,
    stderr: () => refused || tail(),
    endAll: async () => {
      // Before it is the program that was asked for, it has no mark.
      child.kill('SIGKILL');
      for (let round = 0; round < rounds; round++) {
        const left = markedProcesses(mark);
        if (left.length === 0) break;
        for (const pid of left) killQuietly(pid);
        await wait(roundMs);
      }
      await end;
    },
  };
}

/** Processes with the mark in their environment, by /proc; zombies have none. */
function markedProcesses(mark: string): number[] {
  const wanted = `${markName}=${mark}`;
  return folderNames('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return readFileSync(`/proc/${name}/environ`, 'latin1').split('\0').includes(wanted)
        ? [Number(name)]
        : [];
    } catch {
      return []; // gone, or another user's
    }
  });
}

function folderNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
