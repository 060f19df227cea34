import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { type RehearsedDevice, rehearsedDeviceSchema } from '../../../../src-main/contract/rehearsal.js';
import { forkFile, type StartWorker, workerStarter } from '../../../../src-main/probe/fork-worker.js';
import type { RehearsalDevice } from '../../../../src-main/probe/rehearsal/device.js';
import { type RehearsalOptions, runRehearsal } from '../../../../src-main/probe/rehearsal/host.js';
import { builtMain } from '../../../support/built.js';
import { isAlive } from '../../../support/processes.js';
import { narrowJob } from './jobs.js';

/** For what a test writes; removed after the tests of its file. */
export const folder = mkdtempSync(join(tmpdir(), 'preflight-rehearsal-'));
beforeAll(() => builtMain());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Progress = Parameters<RehearsalOptions['onProgress']>[0];

/** Rehearses, and sees to it that nothing of any worker is left when the row is there. */
export async function rehearse(
  device: RehearsalDevice,
  over: Partial<RehearsalOptions> = {},
  job = narrowJob(),
): Promise<{ row: RehearsedDevice; stages: string[]; started: number }> {
  const pids: number[] = [];
  const progress: Progress[] = [];
  const start = over.startWorker ?? workerStarter('rehearsal-worker');
  const row = await runRehearsal(job, device, {
    signal: new AbortController().signal,
    hostFreeBytes: 8 * 2 ** 30,
    reserveBytes: 2 ** 30,
    ...over,
    onProgress(at) {
      progress.push(at);
      over.onProgress?.(at);
    },
    startWorker: (env) => {
      const worker = start(env);
      pids.push(worker.pid ?? 0);
      return worker;
    },
  });
  for (const pid of pids) {
    expect(isAlive(pid)).toBe(false);
    expect(readdirSync(tmpdir()).filter((name) => name.includes(`preflight-profile-${pid}-`))).toEqual([]);
  }
  rehearsedDeviceSchema.parse(row);
  expect(row.cause).not.toContain('\n');
  return { row, stages: [...new Set(progress.map(({ stage }) => stage))], started: pids.length };
}

/** A worker of the test's own, as a file, which is asked when it has said that it is ready. */
export function script(name: string, code: string): StartWorker {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, `process.send({ type: 'ready' }); process.on('message', () => { ${code} });`);
  return forkFile(file);
}
