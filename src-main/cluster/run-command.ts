import { spawn } from 'node:child_process';

/** How a command ended. `missing`: there is no such program. */
export interface CommandEnd {
  code: number | null;
  stdout: string;
  stderr: string;
  missing: boolean;
}

/**
 * Runs one of Slurm's commands, without a shell. In a session of its own: Ctrl-C in a terminal goes to the whole group,
 * and an sbatch that is killed may leave a job of which nobody knows.
 *
 * @param deadlineMs it is killed after this
 */
export async function runCommand(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  deadlineMs: number,
): Promise<CommandEnd> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, deadlineMs);
    const end = (code: number | null, missing: boolean) => {
      clearTimeout(timer);
      if (late) stderr += `\n${program} did not answer within ${deadlineMs / 1000} s`;
      resolve({ code, stdout, stderr, missing });
    };
    child.once('error', (error: NodeJS.ErrnoException) => {
      stderr += error.message;
      end(null, error.code === 'ENOENT');
    });
    child.once('close', (code) => end(code, false));
  });
}
