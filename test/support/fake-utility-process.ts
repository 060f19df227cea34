import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { constants } from 'node:os';

/**
 * Runs a file as Electron's utilityProcess does, by Node: it speaks by `process.parentPort` and has no `process.send`, its
 * id is known once it runs and forgotten when it has ended, it does not end by itself, and its end is told as Chromium
 * tells it (waitpid's status, and `child-process-gone` for what was no clean end).
 */
export function startFakeUtility(
  file: string,
  options: { env?: NodeJS.ProcessEnv; stdio?: unknown; serviceName?: string },
  onGone: (details: object & { reason: string }) => void,
) {
  const [, stdout, stderr] = options.stdio as string[];
  const child = fork(file, [], {
    env: options.env ?? process.env,
    execArgv: ['--import', `data:text/javascript,${encodeURIComponent(shim)}`],
    serialization: 'advanced',
    stdio: ['ignore', stdout as 'pipe', stderr as 'pipe', 'ipc'],
  });
  const handle = Object.assign(new EventEmitter(), {
    pid: undefined as number | undefined,
    stdout: child.stdout,
    stderr: child.stderr,
    postMessage: (message: unknown) => child.connected && child.send(message as object, () => {}),
    kill: () => handle.pid !== undefined && child.kill('SIGTERM'),
  });
  child.once('spawn', () => {
    handle.pid = child.pid;
    handle.emit('spawn');
  });
  child.on('message', (message) => handle.emit('message', message));
  child.on('error', () => {});
  child.once('exit', (code, signal) => {
    handle.pid = undefined;
    const exitCode = signal ? constants.signals[signal] : code!;
    if (child.connected) child.disconnect();
    handle.emit('exit', exitCode);
    // After the exit: whoever takes the first for the whole truth is found out.
    if (exitCode !== 0)
      setTimeout(onGone, 20, {
        type: 'Utility',
        name: options.serviceName,
        exitCode,
        reason: reasonOf(signal),
      });
  });
  return handle;
}

/** base::TerminationStatus of Chromium's kill_posix.cc, by the names of Electron. */
function reasonOf(signal: NodeJS.Signals | null): string {
  if (!signal) return 'abnormal-exit';
  return ['SIGKILL', 'SIGTERM', 'SIGINT'].includes(signal) ? 'killed' : 'crashed';
}

const shim = `
import { EventEmitter } from 'node:events';
const send = process.send.bind(process);
process.send = undefined;
process.disconnect = undefined;
const port = new EventEmitter();
port.postMessage = (message) => send(message);
// Messages wait for the first listener.
const waiting = [];
process.on('message', (data) => port.listenerCount('message') ? port.emit('message', { data, ports: [] }) : waiting.push(data));
port.on('newListener', () => setImmediate(() => waiting.splice(0).forEach((data) => port.emit('message', { data, ports: [] }))));
process.parentPort = port;
setInterval(() => {}, 2 ** 30);
`;
