import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtMain } from './built.js';
import { markerName } from './processes.js';

export interface CliEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A run of the built command line in a process of its own. */
export interface CliRun {
  child: ChildProcess;
  /** Finds its processes by `markedProcesses`. */
  marker: string;
  /** What it has written so far. */
  stdout(): string;
  stderr(): string;
  end: Promise<CliEnd>;
}

export interface CliOptions {
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  /** It is killed after this. */
  deadlineMs?: number;
}

export async function startCli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const { cwd = tmpdir(), env = {}, deadlineMs = 120_000 } = options;
  const marker = randomUUID();
  const child = spawn(process.execPath, [join(await builtMain(), 'cli.js'), ...args], {
    cwd,
    env: { ...process.env, ...env, [markerName]: marker },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: deadlineMs,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const end = new Promise<CliEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, marker, stdout: () => stdout, stderr: () => stderr, end };
}

export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliEnd> {
  return (await startCli(args, options)).end;
}
