import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../../src-main/predict/config/config-bases.js';
import { valueAt } from '../../../../src-main/predict/config/config-fields.js';

const read = (text: string, files: Record<string, string> = {}) =>
  readConfig(text, 'my.py', (path) => {
    if (files[path] === undefined) throw new Error(`no ${path}`);
    return files[path];
  });
const value = (expression: string) => valueAt(read(`x = ${expression}`), 'x');

describe('expressions', () => {
  it.each([
    ['25 * 1024**3', 26_843_545_600],
    ['-7 // 2', -4],
    ['-7 % 3', 2],
    ['10_000', 10_000],
    ['1e-15', 1e-15],
    ['0x10', 16],
    ['2 / 3', 2 / 3],
    ['"a" "b" + \'c\'', 'abc'],
    ["r'a\\n'", 'a\\n'],
    ["'it\\'s'", "it's"],
    ['[1, (2, None)]', [1, [2, null]]],
    ['(1,)', [1]],
    ['[(260 + 20) * 1024] * 2 + [1]', [286_720, 286_720, 1]],
    ['not True', false],
    ['{"a": [1, 2]}["a"][-1]', 2],
  ])('%s', (expression, expected) => {
    expect(value(expression)).toEqual(expected);
  });

  it('reads dict() and displays alike, with ** and names', () => {
    const config = read('a = 3\nb = dict(x=a, **{"y": 2})\nc = {**b, "x": 9}');
    expect([
      valueAt(config, 'b.x'),
      valueAt(config, 'b.y'),
      valueAt(config, 'c.x'),
      valueAt(config, 'c.y'),
    ]).toEqual([3, 2, 9, 2]);
  });

  it.each([
    'os.getenv("A")',
    'f"{a}"',
    '[i for i in y]',
    '1 if a else 2',
    '1 / 0',
    'float("nan")',
    '"a" * 10**9',
    'print()',
  ])('%s is not read without running it', (expression) => {
    expect(() => value(expression)).toThrow(/^my\.py line 1: x is needed/);
  });

  it('forgets what other code may have changed', () => {
    const config = read('import os\na = dict(b=1)\na.update(b=2)\nc = 1\nif True:\n    c = 2\nd = 1\nd += 2');
    expect(() => valueAt(config, 'a.b')).toThrow('my.py line 3: a.b is needed');
    expect(() => valueAt(config, 'c')).toThrow('my.py line 5');
    expect(valueAt(config, 'd')).toBe(3);
  });

  it('does not end with deep nesting', () => {
    expect(() => value(`${'['.repeat(5000)}${']'.repeat(5000)}`)).not.toThrow(RangeError);
  });

  it('says where it is no Python', () => {
    expect(() => read('a = 1\nb = (2\nc = 3\n')).toThrow(/^my\.py line [23]: that is no whole Python/);
  });
});

describe('_base_', () => {
  it('merges dicts, and replaces one with _delete_', () => {
    const base = 'm = dict(a=1, b=dict(c=2, d=3))\nn = dict(a=1)\nk = 1';
    const config = read('_base_ = "sub/b.py"\nm = dict(b=dict(c=5))\nn = dict(_delete_=True, z=1)\n', {
      'sub/b.py': base,
    });
    expect([
      valueAt(config, 'm.a'),
      valueAt(config, 'm.b.c'),
      valueAt(config, 'm.b.d'),
      valueAt(config, 'k'),
    ]).toEqual([1, 5, 3, 1]);
    expect([valueAt(config, 'n.a'), valueAt(config, 'n.z')]).toEqual([undefined, 1]);
  });

  it('looks for a base beside the file that names it', () => {
    const files = { '../a/b.py': '_base_ = ["../c.py"]', '../c.py': 'x = 4' };
    expect(valueAt(read('_base_ = ["../a/b.py"]', files), 'x')).toBe(4);
  });

  it('refuses a circle, a key of two bases, and what is no path', () => {
    expect(() => read('_base_ = "a.py"', { 'a.py': '_base_ = "a.py"' })).toThrow('leads back to itself');
    expect(() => read('_base_ = ["a.py", "b.py"]', { 'a.py': 'x = 1', 'b.py': 'x = 2' })).toThrow(
      'both set x',
    );
    expect(() => read('_base_ = base()')).toThrow('my.py line 1: _base_ must be a path');
  });
});
