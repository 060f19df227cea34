import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A C compiler of this machine, or undefined: tests that need one are skipped and say so. */
export const compiler = ['cc', 'gcc', 'clang'].find(
  (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
);

/** Compiles a C source beside this file into `output` in a new folder, and returns the file's path. */
export function compile(source: string, output: string, ...flags: string[]): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'preflight-native-')), output);
  compileInto(file, path.join(import.meta.dirname, source), ...flags);
  return file;
}

/** Compiles a C source into a file. */
export function compileInto(file: string, source: string, ...flags: string[]): void {
  execFileSync(compiler!, ['-Wall', '-Werror', ...flags, '-o', file, source]);
}

/** Compiles the fake NVML under the name by which the loader knows the real one, and returns its folder. */
export function compileFakeNvml(...flags: string[]): string {
  return path.dirname(compile('fake-nvml.c', 'libnvidia-ml.so.1', '-shared', '-fPIC', ...flags));
}
