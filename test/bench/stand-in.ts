import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileInto, compiler } from '../native/compile.js';
import type { Measured, Skipped } from './bench.js';

/** Variables of a process that finds eight H100s, played by the stand-in for NVML; or why there is none. */
export async function withStandIn(use: (env: Record<string, string>) => Promise<Measured>) {
  if (process.platform !== 'linux' || !compiler)
    return { skipped: 'needs Linux and a C compiler' } satisfies Skipped;
  const folder = mkdtempSync(join(tmpdir(), 'preflight-bench-'));
  try {
    compileInto(join(folder, 'libnvidia-ml.so.1'), 'test/native/fake-nvml.c', '-shared', '-fPIC');
    return await use({ LD_LIBRARY_PATH: folder, FAKE_NVML: 'test/fixtures/machines/h100x8.txt' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
