import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A worker process as the host sees it: the terminal forks one, Electron will have a `utilityProcess`. */
export interface WorkerProcess {
  pid: number | undefined;
  send(message: object): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (code: number | null, signal: NodeJS.Signals | null) => void): void;
  /** What it wrote to its standard error, the last 8 KiB. */
  stderr(): string;
  kill(): void;
}

/** Starts a worker with the given variables beside this process's own. */
export type StartWorker = (env: Readonly<Record<string, string>>) => WorkerProcess;

const stderrBytes = 8192;
/** What the worker wrote last is waited for so long after its end; a process that it left may hold the pipe open. */
const drainMs = 500;

/** Workers that the build has: of a probe, and of the rates. */
type WorkerName = 'worker' | 'rates-worker';

/** A built worker: beside the built face that this code runs in, or in `out/` where it runs from source. */
function workerFile(name: WorkerName): string {
  const places = ['.', '..', '../../out/main'];
  const found = places
    .map((place) => fileURLToPath(new URL(`${place}/${name}.js`, import.meta.url)))
    .find(existsSync);
  if (!found) throw new Error(`the ${name} is not built: run \`npm run build\``);
  return found;
}

/** Starts a built worker with `child_process.fork`. */
export const workerStarter = (name: WorkerName): StartWorker => {
  return (env) => forkFile(workerFile(name))(env);
};

/** Starts a probe's worker. */
export const forkWorker = workerStarter('worker');

/** Starts a file as a worker. @param execPath what runs it, in place of this Node */
export const forkFile = (file: string, execPath = process.execPath): StartWorker => {
  return (env) =>
    watched(
      fork(file, [], {
        execPath,
        env: { ...process.env, ...env },
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        // No flags of a debugger or a loader that this process was started with.
        execArgv: [],
      }),
    );
};

function watched(child: ChildProcess): WorkerProcess {
  let tail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-stderrBytes);
  });
  return {
    pid: child.pid,
    // A worker that is already gone is reported by its exit, not by the message that missed it.
    send: (message) => child.send(message, () => {}),
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => {
      let drained: NodeJS.Timeout | undefined;
      const end = (code: number | null, signal: NodeJS.Signals | null) => {
        clearTimeout(drained);
        // Nothing of it keeps this process waiting any more.
        child.stderr?.destroy();
        if (child.connected) child.disconnect();
        listener(code, signal);
      };
      child.once('error', () => end(null, null));
      child.once('exit', (code, signal) => {
        drained = setTimeout(end, drainMs, code, signal);
      });
      child.once('close', end);
    },
    stderr: () => tail,
    kill: () => child.kill('SIGKILL'),
  };
}
