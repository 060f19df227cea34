import { type StartWorker, workerStarter } from '../fork-worker.js';
import { type MeasuredRate, type RatesRequest, ratesMessageSchema } from './messages.js';

/** The driver and its contexts may take seconds to come up where no persistence daemon keeps them. */
const openSeconds = 30;

export interface JobOptions {
  /** Which GPUs CUDA shows the worker, and where its libraries lie. */
  env: Readonly<Record<string, string>>;
  /** From the moment at which the driver is open; the worker is ended then. */
  deadlineSeconds: number;
  signal?: AbortSignal | undefined;
  startWorker?: StartWorker | undefined;
}

export interface JobEnd {
  rates: MeasuredRate[];
  /** Why there are not more; empty where all was measured. */
  cause: string;
}

/** Measures in a process of its own. Never throws for what that does: what it measured before its end holds. */
export function runJob(request: RatesRequest, options: JobOptions): Promise<JobEnd> {
  const { env, deadlineSeconds, signal, startWorker = workerStarter('rates-worker') } = options;
  return new Promise((resolve) => {
    const rates: MeasuredRate[] = [];
    // The first end that is known holds.
    let cause: string | null = null;
    const worker = startWorker(env);
    const end = (why: string) => {
      cause ??= why;
      worker.kill();
    };
    const cancel = () => end('cancelled by the user');
    const limit = (seconds: number) =>
      setTimeout(() => end(`not done after ${seconds.toFixed(0)} s`), seconds * 1000);
    let timer = limit(openSeconds);
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    worker.onMessage((raw) => {
      const parsed = ratesMessageSchema.safeParse(raw);
      if (!parsed.success) return end('the worker sent what is no message of ours');
      const message = parsed.data;
      if (message.type === 'ready') worker.send(request);
      else if (message.type === 'rate') rates.push(message.rate);
      else if (message.type === 'done') end(message.cause);
      else {
        clearTimeout(timer);
        timer = limit(deadlineSeconds);
      }
    });
    worker.onExit(({ code, signal: exitSignal }) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      const how = exitSignal ? `by ${exitSignal}` : `with code ${code}`;
      resolve({ rates, cause: cause ?? `the worker ended ${how}` });
    });
  });
}
