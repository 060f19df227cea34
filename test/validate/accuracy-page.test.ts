import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scoreOf, sections, validationMarkdown } from './index.js';

const all = sections();

describe('published figures', () => {
  it.each(all.map((section) => [section.title, section] as const))(
    '%s: every limit is held',
    (_, section) => {
      expect(scoreOf(section).misses).toEqual([]);
    },
  );

  it('stand in docs/accuracy.md as npm run validate -- --write puts them there', () => {
    const page = readFileSync(join('docs', 'accuracy.md'), 'utf8');
    const [, tables = ''] = /<!-- validate: [^>]*-->\n([\s\S]*)<!-- \/validate -->/.exec(page) ?? [];
    expect(tables).toBe(validationMarkdown(all));
  });
});
