import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { BlockShape } from '../../../models/blocks/types.js';
import { Analyses } from '../../../src-main/desk/analyses.js';
import { Connection } from '../../../src-main/desk/connection.js';
import { Refusal } from '../../../src-main/desk/refusal.js';
import { Topic } from '../../../src-main/desk/topic.js';

const shape: BlockShape = {
  model: 'v1.2',
  block: 'spatial',
  task: 'train',
  dtype: 'bf16',
  batch: 1,
  latentFrames: 5,
  rows: 9,
  columns: 16,
  depth: 1,
  checkpoint: false,
  optimizer: false,
};

it('stops analysing for a page that has gone: of what it asked, the rest is not done', async () => {
  const analyses = new Analyses();
  const sent: unknown[] = [];
  const answers: Promise<unknown>[] = [];
  const page = new Connection((message) => sent.push(message), {
    ask: async (_channel, ask, signal) => {
      const answer = analyses.of((ask as { shapes: BlockShape[] }).shapes, signal);
      answers.push(answer);
      return { ok: true, value: await answer.catch(() => null) };
    },
    live: new Topic(),
    menu: new Topic(),
    history: new Topic(),
    runs: { events: new Topic(), state: null },
  });
  const shapes = Array.from({ length: 200 }, (_, index) => ({ ...shape, batch: index + 1 }));
  page.receive({ type: 'ask', id: 1, channel: 'target/analyse', ask: { shapes } });
  await setImmediate();
  page.close();
  await expect(answers[0]).rejects.toThrow(new Refusal('the page that asked has gone'));
  expect(sent).toEqual([]);
});
