import { app, utilityProcess } from 'electron';
import {
  drainMs,
  type OwnProcess,
  type ProcessEnd,
  type StartOptions,
  tailOf,
} from '../machine/own-process.js';

/** Names tell the processes apart in `child-process-gone`, which gives no id. */
let count = 0;

/** The end of a process as `child-process-gone` tells it. */
type Gone = Pick<Electron.Details, 'reason' | 'exitCode'>;

/** Starts a built file as a utility process, Electron's own kind of Node process. To be called when the app is ready. */
export function startUtility(file: string, { env = {}, speaks }: StartOptions): OwnProcess {
  const name = `preflight-${++count}`;
  const child = utilityProcess.fork(file, [], {
    serviceName: name,
    env: { ...process.env, ...env },
    execArgv: [],
    stdio: speaks === 'lines' ? ['ignore', 'pipe', 'ignore'] : ['ignore', 'ignore', 'pipe'],
    // ONNX Runtime's libraries are signed by others than we are.
    allowLoadingUnsignedLibraries: true,
  });
  let pid: number | undefined;
  let wanted = true;
  child.once('spawn', () => {
    pid = child.pid;
    // It was to be ended before it ran.
    if (!wanted) end();
  });
  const end = () => {
    wanted = false;
    // Electron's own kill asks first, which a process within native code does not hear.
    try {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    } catch {}
    child.kill();
  };
  const gone = goneOf(name);
  return {
    // Electron forgets it at the end; the host needs it after that, to remove what the process left.
    get pid() {
      return pid;
    },
    stdout: (child.stdout as OwnProcess['stdout']) ?? null,
    send: (message) => child.postMessage(message),
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => {
      child.once('exit', (code) => {
        // The reason comes beside the exit, before or after it, and so does what it wrote last; where we ended it
        // ourselves, or it ended well, nobody asks for them.
        const expected = !wanted || code === 0;
        setTimeout(() => listener(endOf(pid, code, gone())), expected ? 0 : drainMs);
      });
    },
    stderr: tailOf((child.stderr as OwnProcess['stdout']) ?? null),
    kill: end,
    abandon: end,
  };
}

/** Listens until a process of this name is told to be gone. */
function goneOf(name: string): () => Gone | undefined {
  let gone: Gone | undefined;
  const listener = (_event: Electron.Event, details: Electron.Details) => {
    if (details.type !== 'Utility' || details.name !== name) return;
    gone = details;
    app.off('child-process-gone', listener);
  };
  app.on('child-process-gone', listener);
  return () => {
    app.off('child-process-gone', listener);
    return gone;
  };
}

/**
 * The end as `child_process` tells it. Chromium's code on POSIX is that of waitpid, whose low bits are a signal and whose
 * next ones what the process ended with; an end that nobody calls a crash or a kill gives the process's own code.
 * Source: Chromium's base/process/kill_posix.cc, Electron's shell/browser/api/electron_api_utility_process.cc.
 */
export function endOf(pid: number | undefined, code: number, gone: Gone | undefined): ProcessEnd {
  const outOfMemory = gone?.reason === 'oom' || gone?.reason === 'memory-eviction';
  const bySignal = (signal: NodeJS.Signals): ProcessEnd => ({ code: null, signal, outOfMemory });
  if (pid === undefined || gone?.reason === 'launch-failed') return { code: null, signal: null, outOfMemory };
  if (outOfMemory || gone?.reason === 'killed') return bySignal('SIGKILL');
  if (gone?.reason === 'crashed') return bySignal(signals[gone.exitCode & 0x7f] ?? 'SIGSEGV');
  return { code: process.platform !== 'win32' && code > 255 ? code >> 8 : code, signal: null, outOfMemory };
}

/** Signals of a crash by number, where Linux and macOS agree. */
const signals: Record<number, NodeJS.Signals> = {
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  8: 'SIGFPE',
  11: 'SIGSEGV',
};
