import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/**
 * Calls a function of a TypeScript module in a process of its own, which a test may kill.
 *
 * @param file its path from the folder test/
 * @param args of the function, as JSON
 */
export function callInChild(
  file: string,
  name: string,
  ...args: readonly unknown[]
): ChildProcessByStdio<null, Readable, null> {
  const path = join(process.cwd(), 'test', file);
  const code = `
    const { runnerImport } = await import('vite');
    const { module } = await runnerImport(${JSON.stringify(path)}, { configFile: false });
    await module[${JSON.stringify(name)}](...${JSON.stringify(args)});`;
  return spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
