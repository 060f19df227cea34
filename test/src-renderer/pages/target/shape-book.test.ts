import { describe, expect, it } from 'vitest';
import { analyseBlock } from '../../../../models/blocks/analyse.js';
import type { BlockShape } from '../../../../models/blocks/types.js';
import { findGpu } from '../../../../src-main/predict/gpus.js';
import { predict } from '../../../../src-main/predict/predict.js';
import { resolveTarget } from '../../../../src-main/predict/resolve-target.js';
import zh from '../../../../src-renderer/locales/zh.json';
import { ShapeBook } from '../../../../src-renderer/pages/target/shape-book.js';

const speed = { of: 'gpu', gpu: findGpu('H100') } as const;
const flags = { model: 'v1.2', task: 'train', resolution: '144p', frames: 51 };

function counted() {
  const asked: BlockShape[] = [];
  const book = new ShapeBook(async (shapes) => {
    asked.push(...shapes);
    return shapes.map(analyseBlock);
  });
  return { book, asked };
}

describe('the book of shapes', () => {
  it.each([
    ['v1.2', 'train', '144p', 51],
    ['v1.3', 'infer', '360p', 17],
    ['v2.0', 'train', '256px', 33],
  ])(
    '%s %s: one question answers every batch, as the whole analysis would',
    async (model, task, resolution, frames) => {
      const { book, asked } = counted();
      const at = (batch: number) => resolveTarget({ model, task, resolution, frames, batch });
      await book.load(
        [1, 3].flatMap((batch) => book.attempt(at(batch), speed).missing),
        () => [],
      );
      const before = asked.length;
      for (const batch of [1, 2, 3, 6, 8, 20, 96]) {
        const { result } = book.attempt(at(batch), speed);
        const exact = predict(at(batch), [], analyseBlock, speed).prediction;
        expect(result?.prediction.phase).toBe(exact.phase);
        expect(result!.prediction.peakBytesPerGpu / exact.peakBytesPerGpu).toBeCloseTo(1, 3);
        expect((result!.prediction.secondsPerStep as number) / (exact.secondsPerStep as number)).toBeCloseTo(
          1,
          2,
        );
      }
      expect(asked.length).toBe(before);
    },
  );

  it('says which shapes are missing, all at once, and tells when they are there', async () => {
    const { book, asked } = counted();
    const target = resolveTarget({ ...flags, batch: 3 });
    const { result, missing } = book.attempt(target, speed);
    expect(result).toBe(null);
    let told = 0;
    book.subscribe(() => told++);
    await book.load(missing, () => []);
    expect(told).toBe(1);
    expect(asked).toEqual(missing);
    expect(book.attempt(target, speed).missing).toEqual([]);
  });

  it('fetches what may come next only until something else is wanted', async () => {
    const { book, asked } = counted();
    const missing = (frames: number) =>
      book.attempt(resolveTarget({ ...flags, frames, batch: 3 }), speed).missing;
    const next = [17, 34, 68, 85].flatMap(missing);
    const first = book.load(missing(51), () => next);
    const second = book.load(missing(102), () => []);
    await Promise.all([first, second]);
    expect(missing(102)).toEqual([]);
    expect(asked.length).toBeLessThan(next.length);
  });

  it('passes on what a question failed with', async () => {
    const book = new ShapeBook(() => Promise.reject(new Error('gone')));
    const { missing } = book.attempt(resolveTarget(flags), speed);
    await expect(book.load(missing, () => [])).rejects.toThrow('gone');
  });
});

describe('parts', () => {
  it('have a Chinese name each', () => {
    const ids = ['v1.0', 'v1.2', 'v1.3', 'v2.0'].flatMap((model) =>
      ['train', 'infer'].flatMap((task) => {
        const target = resolveTarget({
          model,
          task,
          resolution: model === 'v2.0' ? '256px' : '144p',
          frames: 17,
          gpuCount: 8,
          ...(model === 'v1.1' ? {} : { sp: 2 }),
          ...(model === 'v1.0' ? { frames: 16 } : {}),
        });
        return predict(target, [], analyseBlock, speed).prediction.phases.flatMap(({ parts }) =>
          parts.map(({ id }) => id),
        );
      }),
    );
    expect([...new Set(ids)].filter((id) => !(id in zh.part))).toEqual([]);
  });
});
