import type { z } from 'zod';
import type { ProbeStatus } from '../contract/probe.js';
import { oomKillCounter } from '../machine/oom-kills.js';
import type { OwnProcess, ProcessEnd } from '../machine/own-process.js';
import { forkWorker, type StartWorker } from './fork-worker.js';
import { removeProfileFolders } from './profile-folder.js';

export interface WorkerOptions {
  /** The worker is killed after this long, and ends as timed out. */
  deadlineSeconds: number;
  /** Variables for the worker: the loader's path, the GPU that CUDA may see. */
  env?: Readonly<Record<string, string>>;
  signal?: AbortSignal | undefined;
  startWorker?: StartWorker | undefined;
}

/** How a worker ended. */
export interface WorkerEnd {
  status: ProbeStatus;
  /** In one line; empty where it said its last word. */
  cause: string;
  /** From its start until it was ready, and from its last word to its end; null where it came to neither. */
  readySeconds: number | null;
  teardownSeconds: number | null;
}

/** What the listener to a worker may do. */
export interface Supervision {
  /** Sets the deadline anew, from now. @param what it is that is not done by then, for the cause */
  deadline(seconds: number, what?: string): void;
  /** Ends the worker: the first end that is known holds. */
  end(status: ProbeStatus, cause: string): void;
  /** The worker said its last word: nothing is left for it but to free what the kernel frees faster. */
  conclude(status: ProbeStatus, cause: string): void;
}

export interface Listener<Message extends { type: string }> {
  schema: z.ZodType<Message | { type: 'ready' }>;
  /** It is ready to be asked. */
  onReady(worker: OwnProcess, supervision: Supervision): void;
  onMessage(message: Exclude<Message, { type: 'ready' }>, supervision: Supervision): void;
}

/**
 * Starts a worker, hears it to its end, and says how that came. Never throws for what the worker does: a crash, a hang,
 * running out of memory and a cancellation are ends. No process and no profile of it is left.
 */
export async function supervise<Message extends { type: string }>(
  options: WorkerOptions,
  listener: Listener<Message>,
): Promise<WorkerEnd> {
  const { deadlineSeconds, env = {}, signal, startWorker = forkWorker } = options;
  const started = performance.now();
  let kills = killsSince(oomKillCounter());
  let ended: { status: ProbeStatus; cause: string } | null = null;
  let said: number | null = null;
  let readySeconds: number | null = null;
  const worker = startWorker(env);

  const end = (status: ProbeStatus, cause: string) => {
    ended ??= { status, cause };
    worker.kill();
  };
  let timer: NodeJS.Timeout;
  const supervision: Supervision = {
    end,
    deadline(seconds, what = '') {
      clearTimeout(timer);
      const cause = `${what === '' ? '' : `${what} `}not done after ${seconds.toFixed(0)} s`;
      timer = setTimeout(() => end('timed-out', cause), seconds * 1000);
    },
    conclude(status, cause) {
      said ??= performance.now();
      end(status, cause);
    },
  };
  supervision.deadline(deadlineSeconds);
  const cancel = () => end('cancelled', 'cancelled by the user');
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel, { once: true });

  worker.onMessage((raw) => {
    const parsed = listener.schema.safeParse(raw);
    if (!parsed.success) return end('crashed', 'the worker sent what is no message of ours');
    const message = parsed.data;
    const early = readySeconds === null;
    if (early !== (message.type === 'ready'))
      return end('crashed', `the worker said "${message.type}" ${early ? 'before it was ready' : 'again'}`);
    if (message.type !== 'ready')
      return listener.onMessage(message as Exclude<Message, { type: 'ready' }>, supervision);
    readySeconds = (performance.now() - started) / 1000;
    // The kernel counts where the process is, which may be another group than ours.
    if (worker.pid !== undefined) kills = killsSince(oomKillCounter(worker.pid));
    listener.onReady(worker, supervision);
  });
  return new Promise((resolve) => {
    worker.onExit(async (exit) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      const stderr = worker.stderr();
      const { status, cause } = ended ?? unexpectedEnd(exit, kills(), stderr);
      const teardownSeconds = said === null ? null : (performance.now() - said) / 1000;
      if (status !== 'ok' && worker.pid !== undefined) await removeProfileFolders(worker.pid);
      resolve({ status, cause: withReason(cause, stderr), readySeconds, teardownSeconds });
    });
  });
}

/** Tells whether the kernel has ended a process for its memory since now; false where nothing counts that. */
function killsSince(count: () => number | null): () => boolean {
  const before = count();
  return () => {
    const after = count();
    return before !== null && after !== null && after > before;
  };
}

/** ONNX Runtime gives the reason why a provider's library did not load on the standard error alone. */
function withReason(cause: string, stderr: string): string {
  if (!/Failed to load shared library/i.test(cause)) return cause;
  const reason = /Failed to load library .*?error: (.*)/i.exec(stderr)?.[1];
  return reason ? `${cause} (${reason.trim()})` : cause;
}

/** Last words of a process that got no memory where nothing catches that: the C++ library's (libstdc++), and V8's. */
const endedWithoutMemory = /std::bad_alloc|(?:JavaScript heap|process) out of memory/;

function unexpectedEnd(
  { code, signal, outOfMemory }: ProcessEnd,
  kernelKilled: boolean,
  stderr: string,
): Pick<WorkerEnd, 'status' | 'cause'> {
  if (outOfMemory || (signal === 'SIGKILL' && kernelKilled))
    return { status: 'out-of-memory', cause: "ended by the kernel's out-of-memory killer" };
  const exhausted = endedWithoutMemory.exec(stderr);
  if (exhausted) return { status: 'out-of-memory', cause: `worker ended: ${exhausted[0]}` };
  const how = signal
    ? `ended by ${signal}`
    : code === null
      ? 'could not be started'
      : `ended with code ${code}`;
  const last = stderr.trim().split('\n').at(-1)?.slice(0, 200);
  return { status: 'crashed', cause: last ? `worker ${how}: ${last}` : `worker ${how}` };
}
