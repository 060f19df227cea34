import { describe, expect, it, vi } from 'vitest';
import { menuTemplate } from '../../../src-main/electron/menu.js';
import { wordsOf } from '../../../src-main/electron/menu-words.js';
import type { MenuItem } from '../../support/fake-electron.js';

vi.mock('electron', () => import('../../support/fake-electron.js'));

const flat = (items: MenuItem[]) => items.map(({ label, role, type }) => label ?? role ?? type);

describe('the menu elsewhere', () => {
  it('is that of a Mac there, without the tools of developers in a package, in Chinese', () => {
    const template = menuTemplate({
      words: wordsOf('zh-CN'),
      mac: true,
      developing: false,
      choose: () => {},
      open: () => {},
    }) as MenuItem[];
    expect(flat(template)).toEqual(['appMenu', '文件', '编辑', '视图', '窗口', '帮助']);
    expect(flat(template[1]!.submenu!).at(-1)).toBe('close');
    expect(flat(template[3]!.submenu!)).not.toContain('reload');
    expect(flat(template[3]!.submenu!)).not.toContain('toggleDevTools');
    expect(flat(template[5]!.submenu!)).not.toContain('about');
  });

  it('has every word in both languages, with the same gaps', () => {
    const gaps = (words: Record<string, string>) =>
      Object.entries(words).map(([key, text]) => [key, text.match(/\{\{\w+\}\}/g)]);
    expect(gaps(wordsOf('zh-TW'))).toEqual(gaps(wordsOf('de')));
  });
});
