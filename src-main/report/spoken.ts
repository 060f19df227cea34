import type { Say } from '../../src-renderer/report/say.js';
import type { ReportLanguage } from '../contract/export.js';

/** The language of a document: its tag for HTML, and how a report's English is said in it. */
export interface Spoken {
  lang: string;
  say: Say;
}

export const inEnglish: Spoken = { lang: 'en', say: (english) => english };

/** The catalogue is loaded where it is asked for: few documents are Chinese. */
export async function spokenIn(language: ReportLanguage): Promise<Spoken> {
  if (language === 'en') return inEnglish;
  const [{ default: sentences }, { translator }] = await Promise.all([
    import('../../src-renderer/locales/zh-report.json'),
    import('../../src-renderer/report/translator.js'),
  ]);
  return { lang: 'zh-CN', say: translator(sentences) };
}
