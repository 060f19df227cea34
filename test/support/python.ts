import { spawn, spawnSync } from 'node:child_process';

/** Where PyTorch is, or why it is not. */
export type Torch = { python: string } | { absent: string };

export interface PythonRun {
  /** Arguments after the script. */
  args?: readonly string[];
  /** The script is ended after this time. */
  deadlineMs?: number;
}

// From the checkout's root, where tests and benches start: the benches are bundled elsewhere.
const scripts = `${process.cwd()}/test/python/`;
const candidates = ['/usr/bin/python3', 'python3'];
// They hold OpenBLAS to a kernel that need not be this processor's.
const leftOut = ['OPENBLAS_CORETYPE', 'OPENBLAS_L2_SIZE'];

let found: Torch | undefined;

/** A Python that has PyTorch, looked for once: the system's, then the one on the path. */
export function findTorch(): Torch {
  found ??= lookForTorch();
  return found;
}

/**
 * Runs a script of `test/python` with a request as JSON on its standard input, and answers the JSON that it prints.
 *
 * @throws Error with what the script wrote to standard error if it fails, and at the deadline (two minutes).
 */
export async function runPython(script: string, request?: unknown, run: PythonRun = {}): Promise<unknown> {
  const output = await runScript(script, request, run);
  try {
    return JSON.parse(output);
  } catch {
    throw new Error(`${script} printed no JSON: ${output.slice(0, 400)}`);
  }
}

/** As {@link runPython}, but answers what the script printed. */
export function runScript(script: string, request?: unknown, run: PythonRun = {}): Promise<string> {
  const torch = findTorch();
  if ('absent' in torch) return Promise.reject(new Error(torch.absent));
  const deadlineMs = run.deadlineMs ?? 120_000;
  return new Promise((resolve, reject) => {
    const child = spawn(torch.python, [`${scripts}${script}`, ...(run.args ?? [])], {
      env: environment(),
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: deadlineMs,
      killSignal: 'SIGKILL',
    });
    let output = '';
    let complaint = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    // A script that ends before it has read its request breaks the pipe; its exit status tells why.
    child.stdin.on('error', () => {});
    child.stdin.end(request === undefined ? '' : JSON.stringify(request));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else if (signal) reject(new Error(`${script} was ended by ${signal} (deadline ${deadlineMs} ms)`));
      else reject(new Error(`${script} ended with ${code}: ${complaint.slice(-2000)}`));
    });
  });
}

function lookForTorch(): Torch {
  for (const python of candidates) {
    const probe = spawnSync(python, ['-c', 'import torch, sys; assert sys.version_info >= (3, 10)'], {
      env: environment(),
      timeout: 60_000,
    });
    if (probe.status === 0) return { python };
  }
  return { absent: `no PyTorch: ${candidates.join(' and ')} cannot import torch (Debian: python3-torch)` };
}

function environment(): NodeJS.ProcessEnv {
  const environment = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !leftOut.includes(name)));
}
