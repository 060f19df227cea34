import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Desk } from '../../../src-main/desk/desk.js';
import { lessonsFolder } from '../../../src-main/report/history/home.js';
import { Lessons } from '../../../src-main/report/history/lessons.js';
import { taughtLessons } from '../../fixtures/lessons.js';

// What rehearsals taught, as pages ask for it; how it is kept is tested in test/src-main/report/history.

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'preflight-lessons-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

it('are listed with what holds none, and forgotten as a whole', async () => {
  const desk = new Desk({ home, flow: () => new Promise(() => {}), onFault: () => {} });
  expect(await desk.ask('lessons/list', {})).toEqual({ ok: true, value: { lessons: [], broken: [] } });
  const folder = lessonsFolder(home);
  await new Lessons(folder).add(taughtLessons());
  writeFileSync(join(folder, 'torn.json'), '{"createdAt"');
  expect(await desk.ask('lessons/list', {})).toEqual({
    ok: true,
    value: { lessons: taughtLessons(), broken: [expect.stringMatching(/torn\.json holds no lesson/)] },
  });
  expect(await desk.ask('lessons/forget', { all: true })).toMatchObject({ ok: false, kind: 'usage' });
  expect(await desk.ask('lessons/forget', {})).toEqual({ ok: true, value: {} });
  expect(readdirSync(folder)).toEqual([]);
  await desk.close();
});
