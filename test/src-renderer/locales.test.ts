import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'vite';
import { describe, expect, it } from 'vitest';
import en from '../../src-renderer/locales/en.json';
import zh from '../../src-renderer/locales/zh.json';

const renderer = join(import.meta.dirname, '..', '..', 'src-renderer');

/** Every text by its dotted key. */
function texts(catalogue: object, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(catalogue).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string' ? [[prefix + key, value]] : [...texts(value, `${prefix}${key}.`)],
    ),
  );
}

const placeholders = (text: string) => [...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name]) => name).toSorted();

/** What a person reads and no catalogue has: text between tags, and attributes that are shown or read out. */
function literals(source: string, file: string): string[] {
  const found: string[] = [];
  const wordy = (text: string) => /\p{L}{2,}/u.test(text);
  const read = /^(aria-label|aria-description|alt|title|placeholder|label|description|hint)$/;
  const { program } = parseSync(file, source, { lang: 'tsx' });
  new Visitor({
    JSXText(node) {
      const text = node.value.trim();
      if (wordy(text) && !units.test(text)) found.push(text);
    },
    JSXAttribute(node) {
      if (node.name.type !== 'JSXIdentifier' || !read.test(node.name.name)) return;
      const text = node.value?.type === 'Literal' ? String(node.value.value) : '';
      if (wordy(text) && !units.test(text)) found.push(text);
    },
  }).visit(program);
  return found;
}

/** A unit, or a figure with one: the same in every language. */
const units = /^[\d.]*(GiB|MHz|W|°C)$/;

describe('the catalogues', () => {
  const [english, chinese] = [texts(en), texts(zh)];

  it('have the same keys, but for parts, which the engine itself names in English', () => {
    const own = [...chinese.keys()].filter((key) => !key.startsWith('part.'));
    // Chinese has one form for one and for many.
    const counted = [...english.keys()].filter((key) => !key.endsWith('_one'));
    expect(own.toSorted()).toEqual(counted.toSorted());
  });

  it('have the same placeholders, and no text is empty', () => {
    for (const [key, text] of english) {
      if (key.endsWith('_one')) continue;
      expect(text.trim(), key).not.toBe('');
      expect(chinese.get(key)?.trim(), key).not.toBe('');
      expect(placeholders(chinese.get(key) ?? ''), key).toEqual(placeholders(text));
    }
  });
});

describe('the pages', () => {
  const files = ['app', 'pages', 'controls'].flatMap((folder) =>
    readdirSync(join(renderer, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.tsx'))
      .map((name) => join(renderer, folder, name)),
  );

  it('have no words outside the catalogues', () => {
    expect(files.length).toBeGreaterThan(10);
    expect(
      files.flatMap((file) => literals(readFileSync(file, 'utf8'), file).map((text) => `${file}: ${text}`)),
    ).toEqual([]);
  });

  it('would be caught having some', () => {
    const source = '<p title="Tip">Hello <b>{t("x")}</b> GiB <i aria-label={name}>3</i></p>';
    expect(literals(source, 'x.tsx')).toEqual(['Tip', 'Hello']);
  });
});
