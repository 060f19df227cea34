import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';

const windows = process.platform === 'win32';

/** Ends a child and all that it started. */
export function killTree(child, signal = 'SIGTERM') {
  if (child.pid === undefined) return;
  if (windows) {
    spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore' });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {}
}

/**
 * Runs a command to its end, ended itself when this process is told to stop, `timeoutMs` is over, or nothing was
 * said in the first `silentMs`.
 * Its output is collected, or with `show` passed on to that stream as well.
 * Answers { code, output, timedOut, error }; a command that cannot be started is an `error`, not an exception.
 */
export function exec(command, args, { cwd, env, timeoutMs, silentMs, show, shell = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      shell,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: !windows, // a group of its own, so that grandchildren end with it
      windowsHide: true,
    });
    let output = '';
    let timedOut = false;
    const stop = (signal) => {
      killTree(child);
      process.exit(128 + (constants.signals[signal] ?? 0));
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.once(signal, stop);
    const giveUp = () => {
      timedOut = true;
      killTree(child, 'SIGKILL');
      // A grandchild that left the group may hold the pipes open: do not wait for it.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const overall = timeoutMs === undefined ? undefined : setTimeout(giveUp, timeoutMs);
    const silent = silentMs === undefined ? undefined : setTimeout(giveUp, silentMs);
    const end = (result) => {
      clearTimeout(overall);
      clearTimeout(silent);
      for (const signal of signals) process.removeListener(signal, stop);
      resolve({ output, timedOut, ...result });
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (chunk) => {
        clearTimeout(silent);
        output = (output + chunk).slice(-1_000_000);
        show?.write(chunk);
      });
    }
    child.on('error', (error) => end({ code: null, error }));
    child.on('close', (code, signal) => end({ code: code ?? 128 + (constants.signals[signal] ?? 0) }));
  });
}
