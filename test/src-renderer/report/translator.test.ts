import { describe, expect, it } from 'vitest';
import { translator } from '../../../src-renderer/report/translator.js';

const say = translator({
  'power limit {0}, by default {1}': '功率上限 {0}，默认 {1}',
  'by default {0} and no less': '默认 {0}，不可更低',
  '{0} of {1}': '{0} / {1}',
  'The run needs {0} ({1}), the most {2}': '该运行需要 {0}（{1}），峰值出现在{2}',
  'in the backward': '反向时',
  'not read: {0}': '未能读取：{0}',
  'the driver is old; it says nothing': '驱动过旧，什么也没有给出',
  '{0#} frames': '{0} 帧',
  Weights: '权重',
  Gradients: '梯度',
});

describe('a sentence', () => {
  it('is said by its message, whatever its first letter, and with what stands in it said too', () => {
    expect(say('Power limit 300 W, by default 700 W')).toBe('功率上限 300 W，默认 700 W');
    expect(say('weights')).toBe('权重');
    expect(say('The run needs 3 GiB (2–4 GiB), the most in the backward')).toBe(
      '该运行需要 3 GiB（2–4 GiB），峰值出现在反向时',
    );
  });

  it('is said piece by piece where it is several, one of which may have a joint within it', () => {
    expect(
      say('GPU 0, 1: power limit 1 W, by default 2 W; GPU 2: not read: the driver is old; it says nothing'),
    ).toBe('GPU 0, 1：功率上限 1 W，默认 2 W；GPU 2：未能读取：驱动过旧，什么也没有给出');
    expect(say('Weights, Gradients')).toBe('权重，梯度');
    expect(say('Weights 3.5 GiB')).toBe('权重 3.5 GiB');
  });

  it('keeps what somebody else said, inside of what is known too', () => {
    expect(say('not read: Device or resource busy')).toBe('未能读取：Device or resource busy');
    for (const foreign of [
      'As asked it needs more',
      'some of them were seen',
      '/data/weights, and more',
      '7.5 %',
      '',
    ])
      expect(say(foreign)).toBe(foreign);
  });

  it('takes a figure alone where that is what stands there', () => {
    expect(say('97, 129 frames')).toBe('97, 129 帧');
    expect(say('some frames')).toBe('some frames');
  });

  it('has a space between Chinese and Latin letters, and none beside a Chinese mark', () => {
    expect(say('power limit Weights, by default x')).toBe('功率上限权重，默认 x');
    expect(say('Weights (Gradients)')).toBe('权重（梯度）');
  });
});

describe('hostile text', () => {
  const long = 100_000;
  it.each([
    ['one letter', 'a'.repeat(long)],
    ['joints alone', '; '.repeat(long / 2)],
    ['commas', 'a, '.repeat(long / 3)],
    ['a message that never ends', 'power limit , by default '.repeat(long / 25)],
    ['brackets', `${' ('.repeat(long / 2)}x`],
  ])('of 100 KB is left as it is: %s', (_, text) => {
    expect(say(text)).toBe(text);
  });

  it.each([
    ['joints', 'ab; '.repeat(490)],
    ['all joints', 'ab; cd. ef: gh, '.repeat(120)],
    ['a message in itself', 'not read: '.repeat(190)],
    ['light messages', 'x of '.repeat(390)],
    ['many gaps', 'power limit , by default '.repeat(78)],
    ['brackets', ' (ab)'.repeat(390)],
  ])('as long as a sentence may be ends: %s', (_, text) => {
    expect(text.length).toBeLessThanOrEqual(2000);
    expect(typeof say(text)).toBe('string');
  });

  it('does not find names of objects in the catalogue', () => {
    for (const name of ['constructor', '__proto__', 'toString', '{0}', '{0} of {1}'])
      expect(say(name)).toBe(name === '{0} of {1}' ? '{0} / {1}' : name);
  });
});
