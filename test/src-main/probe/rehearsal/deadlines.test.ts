import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { forkFile } from '../../../../src-main/probe/fork-worker.js';
import { secondsLeft, stageSeconds } from '../../../../src-main/probe/rehearsal/deadlines.js';
import {
  type RehearsalMessage,
  rehearsalMessageSchema,
} from '../../../../src-main/probe/rehearsal/messages.js';
import { supervise } from '../../../../src-main/probe/supervise.js';
import { narrowJob } from './jobs.js';

it('waits for memory by its size, and for a step by how long the last one took', () => {
  const job = { ...narrowJob(), residentBytes: 60e9, ballastBytes: 20e9, expectedStepSeconds: 30 };
  expect(stageSeconds(job, 'load', null)).toBeGreaterThan(600);
  expect(stageSeconds(job, 'ballast', null)).toBe(260);
  expect(stageSeconds(job, 'first-step', null)).toBe(180);
  expect(stageSeconds(job, 'steps', 100)).toBe(460);
});

it('tells the time that is left by the count, the minute and the least steps, whichever counts', () => {
  const job = { ...narrowJob(), limits: { least: 3, most: 20, seconds: 60 } };
  expect(secondsLeft(job, 0, null, 0)).toBeNull();
  expect(secondsLeft(job, 10, 1, 9)).toBe(10); // ten steps of a second
  expect(secondsLeft(job, 2, 10, 10)).toBe(50); // what is left of the minute
  expect(secondsLeft(job, 1, 100, 0)).toBe(200); // two more at least
  expect(secondsLeft(job, 3, 100, 300)).toBe(0);
});

it('ends a worker that hangs in a stage, and names it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-hang-'));
  const file = join(folder, 'hang.mjs');
  const load = `process.send({ type: 'stage', stage: 'load' }); for (;;);`;
  writeFileSync(file, `process.send({ type: 'ready' }); process.on('message', () => { ${load} });`);
  try {
    const end = await supervise<RehearsalMessage>(
      { deadlineSeconds: 20, startWorker: forkFile(file) },
      {
        schema: rehearsalMessageSchema,
        onReady: (worker) => worker.send({}),
        onMessage: (message, { deadline }) => {
          if (message.type === 'stage') deadline(0.5, message.stage);
        },
      },
    );
    expect(end).toMatchObject({ status: 'timed-out', cause: 'load not done after 1 s' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
