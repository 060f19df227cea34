import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Lesson } from '../../../../src-main/contract/lesson.js';
import { Lessons, lessonsOfDevice } from '../../../../src-main/report/history/lessons.js';

let home: string;
let lessons: Lessons;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'preflight-lessons-'));
  lessons = new Lessons(join(home, 'lessons'));
});
afterEach(async () => rm(home, { recursive: true, force: true }));

function lesson(second: number, more: Partial<Lesson> = {}): Lesson {
  return {
    createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(),
    reportId: `report-${second}`,
    hostname: 'lab',
    device: 'GPU',
    model: 'v1.2',
    task: 'train',
    dtype: 'bf16',
    rehearsedIn: 'onnx-runtime',
    peakRatio: 1.01,
    secondsRatio: { unavailable: 'not in this test' },
    ...more,
  };
}

describe('lessons', () => {
  it('are none where nothing was rehearsed, and come back newest first', async () => {
    expect(await lessons.list()).toEqual({ lessons: [], broken: [] });
    await lessons.add([lesson(1)]);
    await lessons.add([lesson(2), lesson(2, { rehearsedIn: 'open-sora' })]);
    const { lessons: kept } = await lessons.list();
    expect(kept).toHaveLength(3);
    expect(kept.at(-1)).toEqual(lesson(1));
  });

  it('are of one device of one machine', async () => {
    await lessons.add([lesson(1), lesson(2, { hostname: 'other' }), lesson(3, { device: 'CPU' })]);
    expect(await lessonsOfDevice('lab', 'GPU', lessons)).toEqual({ lessons: [lesson(1)], broken: [] });
  });

  it('keeps the newest fifty of each kind', async () => {
    const other = lesson(0, { model: 'v1.1', reportId: 'other' });
    await lessons.add([other, ...Array.from({ length: 55 }, (_, index) => lesson(index + 1))]);
    const { lessons: kept } = await lessons.list();
    expect(kept).toHaveLength(51);
    expect(kept.filter(({ model }) => model === 'v1.2').at(-1)).toEqual(lesson(6));
    expect(kept).toContainEqual(other);
  });

  it('loses none where many are written at once', async () => {
    const written = Array.from({ length: 20 }, (_, index) => lesson(index));
    await Promise.all(written.map((each) => new Lessons(lessons.folder).add([each])));
    expect((await lessons.list()).lessons).toHaveLength(20);
    expect((await readdir(lessons.folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('names a file that holds none in one line, and goes on', async () => {
    await lessons.add([lesson(1)]);
    await writeFile(join(lessons.folder, 'torn.json'), '{"createdAt":');
    await writeFile(join(lessons.folder, 'other.json'), '{"kind":"preflight-report"}');
    const { lessons: kept, broken } = await lessons.list();
    expect(kept).toEqual([lesson(1)]);
    expect(broken).toHaveLength(2);
    for (const line of broken)
      expect(line).toMatch(/^\S+\.json holds no lesson of a rehearsal .*: delete it$/);
  });

  it('are forgotten all at once', async () => {
    await lessons.add([lesson(1), lesson(2)]);
    await writeFile(join(lessons.folder, 'torn.json'), '{');
    expect(await lessons.forget()).toBe(3);
    expect(await lessons.forget()).toBe(0);
    expect(await lessons.list()).toEqual({ lessons: [], broken: [] });
  });

  it('says in one line where they cannot be written', async () => {
    await writeFile(join(home, 'file'), '');
    const blocked = new Lessons(join(home, 'file', 'lessons'));
    await expect(blocked.add([lesson(1)])).rejects.toThrow(/^Cannot write .*PREFLIGHT_HOME \(ENOTDIR\)\.$/);
  });
});
