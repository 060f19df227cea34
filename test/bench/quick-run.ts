import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from './bench.js';

const target =
  '--model v1.2 --task train --resolution 144p --frames 51 --batch 4 --profile quick --device cpu';

/** The README's first command, from start to report. */
export const quickRun: Bench = {
  id: 'quick-run',
  title: 'a quick run of v1.2 at 144p, 51 frames, batch 4 on the CPU',
  limit: 240,
  unit: 's',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'preflight-bench-'));
    try {
      const start = performance.now();
      const args = ['scripts/preflight.mjs', 'run', ...target.split(' '), '--out', join(folder, 'run')];
      const code = await new Promise<number | null>((resolve, reject) => {
        const env = { ...process.env, PREFLIGHT_HOME: join(folder, 'home') };
        spawn(process.execPath, args, { stdio: 'ignore', env }).once('error', reject).once('exit', resolve);
      });
      // Inconclusive: a dry run on the CPU names no GPU.
      if (code !== 5) throw new Error(`the run ended with ${code}`);
      return { value: (performance.now() - start) / 1000, detail: 'report included' };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
