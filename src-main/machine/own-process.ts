import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { PassThrough, type Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { within } from './within.js';

/** A process of this program as the one that started it sees it, whatever it was started by. */
export interface OwnProcess {
  /** Undefined until it runs, and for good where it could not be started. */
  readonly pid: number | undefined;
  /** Of one that speaks lines. */
  readonly stdout: Readable | null;
  send(message: object): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Told of the end, also where that was before, and after what it wrote to its standard output was heard. */
  onExit(listener: (end: ProcessEnd) => void): void;
  /** What it wrote to its standard error, the last 8 KiB; of one that speaks messages. */
  stderr(): string;
  kill(): void;
  /** Ends it and waits for nothing of it: a process that hangs within the kernel outlives the signal. */
  abandon(): void;
}

/** How a process ended: neither code nor signal where it could not be started. */
export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The system says that it was ended for the memory that it took; false where it does not say. */
  outOfMemory: boolean;
}

export interface StartOptions {
  /** Variables beside this process's own. */
  env?: Readonly<Record<string, string>>;
  /** How it talks: by messages both ways, or by lines on its standard output, which are on their way at once. */
  speaks: 'messages' | 'lines';
}

/** Starts a built file as a process. */
export type StartProcess = (file: string, options: StartOptions) => OwnProcess;

let starter: StartProcess = (file, options) => startWithNode(file, options);

/** Starts a process of this program: by Node, or by what `startProcessesBy` was given. */
export const startProcess: StartProcess = (file, options) => starter(file, options);

/**
 * Has every process started by something else from now on. For the desktop alone, at its start: Electron's executable is
 * no Node once its fuses are set, and its processes are `utilityProcess`es.
 */
export function startProcessesBy(other: StartProcess): void {
  starter = other;
}

/**
 * A process's built file: beside the built face that this code runs in, or in `out/` where it runs from source.
 * Undefined where it is not built.
 */
export function builtFile(name: string): string | undefined {
  const places = ['.', '..', '../../out/main'];
  return places
    .map((place) => fileURLToPath(new URL(`${place}/${name}.js`, import.meta.url)))
    .find(existsSync);
}

const stderrBytes = 8192;
/** What the process wrote last is waited for so long after its end; one that it left may hold the pipe open. */
export const drainMs = 500;

/** Starts a file by Node. @param execPath what runs it, in place of this Node */
export function startWithNode(
  file: string,
  { env = {}, speaks }: StartOptions,
  execPath = process.execPath,
): OwnProcess {
  const variables = { ...process.env, ...env };
  if (speaks === 'lines')
    return watched(
      spawn(execPath, [file], { env: variables, stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true }),
    );
  // No flags of a debugger or a loader that this process was started with.
  return watched(
    fork(file, [], { execPath, env: variables, stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] }),
  );
}

function watched(child: ChildProcess): OwnProcess {
  const tail = tailOf(child.stderr);
  // Heard from the start: when the process ends, Node throws away what nobody reads by then.
  const lines = child.stdout?.pipe(new PassThrough()) ?? null;
  const ended = endOf(child);
  return {
    pid: child.pid,
    stdout: lines,
    // A process that is already gone is reported by its exit, not by the message that missed it.
    send: (message) => child.send(message, () => {}),
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => {
      void ended.then(async (end) => {
        if (lines !== null) await readToEnd(lines);
        listener(end);
      });
    },
    stderr: tail,
    kill: () => child.kill('SIGKILL'),
    abandon: () => {
      child.kill('SIGKILL');
      child.stdout?.destroy();
      child.unref();
    },
  };
}

/** How a process ends, also for those who ask when it has: its events come once. */
function endOf(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    let drained: NodeJS.Timeout | undefined;
    const end = (code: number | null, signal: NodeJS.Signals | null) => {
      clearTimeout(drained);
      // Nothing of it keeps this process waiting any more.
      child.stderr?.destroy();
      if (child.connected) child.disconnect();
      resolve({ code, signal, outOfMemory: false });
    };
    child.once('error', () => end(null, null));
    child.once('exit', (code, signal) => {
      drained = setTimeout(end, drainMs, code, signal);
    });
    child.once('close', end);
  });
}

/** What a process said before its end is heard before that; no longer is waited for what may never end. */
async function readToEnd(lines: Readable): Promise<void> {
  if (!lines.readableEnded) await within(once(lines, 'end'), drainMs);
}

/** Keeps the end of what a stream says. */
export function tailOf(stream: Readable | null): () => string {
  let tail = '';
  stream?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-stderrBytes);
  });
  return () => tail;
}
