import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from '../locales/en.json';
import type { Say } from '../report/say.js';
import { store, stored } from './stored.js';

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}

const asItIs: Say = (english) => english;
let inChinese = asItIs;

/** How the sentences of reports and machines, which are English, are said on a page in this language. */
export function sayIn(language: string): Say {
  return language === 'zh' ? inChinese : asItIs;
}

/** What was chosen; else what the browser's user reads first of the two. */
export function preferredLanguage(): Language {
  const chosen = languages.find((language) => language === stored('language'));
  if (chosen !== undefined) return chosen;
  const read = navigator.languages.find((tag) => /^(en|zh)\b/i.test(tag));
  return read?.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** English is always there; Chinese is loaded where it is read. */
export async function startI18n(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
  });
  if (language !== 'en') await showLanguage(language);
  else document.documentElement.lang = 'en';
}

export async function chooseLanguage(language: Language): Promise<void> {
  store('language', language);
  await showLanguage(language);
}

async function showLanguage(language: Language): Promise<void> {
  if (language === 'zh' && !i18next.hasResourceBundle('zh', 'translation')) {
    const [{ default: zh }, { default: sentences }, { translator }] = await Promise.all([
      import('../locales/zh.json'),
      import('../locales/zh-report.json'),
      import('../report/translator.js'),
    ]);
    inChinese = translator(sentences);
    i18next.addResourceBundle('zh', 'translation', zh);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}
