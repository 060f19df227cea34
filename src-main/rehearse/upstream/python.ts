import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { type Reading, unavailable } from '../../contract/evidence.js';
import { UsageError } from '../../contract/usage-error.js';
import { startGroup } from '../../machine/process-group.js';
import type { Checkout } from './checkout.js';
import { messageIn } from './messages.js';

/**
 * The interpreter of an environment's folder, or the interpreter itself.
 * @throws UsageError where there is none
 */
export function pythonAt(given: string): string {
  const home = path.resolve(given);
  const found = [home, ...['bin/python', 'bin/python3'].map((name) => path.join(home, name))].find(isProgram);
  if (found) return found;
  throw new UsageError(
    `--python ${given}: no Python there; name the folder of a venv or conda environment, or its bin/python`,
  );
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Variables for Open-Sora's Python: the checkout's own code before any that is installed, nothing fetched from the Hub or
 * sent to wandb, nothing written into the checkout.
 */
export function pythonEnvironment({ checkout, python }: Upstream): NodeJS.ProcessEnv {
  const { PYTHONPATH, PATH, ...others } = process.env;
  const joined = (...folders: (string | undefined)[]) => folders.filter(Boolean).join(path.delimiter);
  return {
    ...others,
    PYTHONPATH: joined(checkout.folder, PYTHONPATH),
    // As when the environment is activated: ColossalAI builds its kernels by the ninja that lies there.
    PATH: joined(path.dirname(python), PATH),
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    HF_HUB_OFFLINE: '1',
    TRANSFORMERS_OFFLINE: '1',
    WANDB_MODE: 'disabled',
  };
}

/** A checkout and an environment for it. */
export interface Upstream {
  checkout: Checkout;
  python: string;
}

export interface PythonRun<T> {
  upstream: Upstream;
  args: readonly string[];
  /** Of what it says. */
  schema: z.ZodType<T>;
  deadlineSeconds: number;
  signal: AbortSignal;
}

/** What one of our scripts says, or why it said nothing. Nothing of it is left. */
export async function askPython<T>(run: PythonRun<T>): Promise<Reading<T>> {
  const { upstream, args, schema, deadlineSeconds, signal } = run;
  const { checkout, python } = upstream;
  const group = startGroup(python, args, { cwd: checkout.folder, env: pythonEnvironment(upstream) });
  let said: T | undefined;
  group.onLine((line) => {
    said ??= messageIn(line, schema);
  });
  let why = '';
  const stop = (reason: string) => {
    why = reason;
    void group.endAll();
  };
  const late = setTimeout(stop, deadlineSeconds * 1000, `did not answer within ${deadlineSeconds} s`);
  const cancelled = () => stop('cancelled');
  if (signal.aborted) cancelled();
  signal.addEventListener('abort', cancelled);
  const end = await group.end;
  await group.endAll();
  clearTimeout(late);
  signal.removeEventListener('abort', cancelled);
  if (said !== undefined) return said;
  const last = group.stderr().trim().split('\n').at(-1);
  return unavailable(`${python}: ${why || last || `ended with ${end.signal ?? end.code}`}`);
}
