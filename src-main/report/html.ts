import { createHash } from 'node:crypto';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { chartsCss } from '../../src-renderer/charts/charts-css.js';
import { machineCss } from '../../src-renderer/machine/machine-css.js';
import { cardsCss } from '../../src-renderer/report/cards-css.js';
import { pagesCss } from '../../src-renderer/report/pages-css.js';
import { reportCss } from '../../src-renderer/report/report-css.js';
import { tablesCss } from '../../src-renderer/report/tables-css.js';
import { themeCss } from '../../src-renderer/theme-css.js';
import { known } from '../contract/evidence.js';
import { printable } from '../contract/printable.js';
import type { Report } from '../contract/report.js';
import { embed, embedPacked } from './embedded-report.js';
import { HtmlDocument } from './html-document.js';
import { settingsToPaste } from './settings-to-paste.js';
import { inEnglish, type Spoken } from './spoken.js';

const css = [themeCss, chartsCss, reportCss, cardsCss, tablesCss, machineCss, pagesCss].join('\n');
const cssHash = createHash('sha256').update(css).digest('base64');

/** Nothing may be loaded, run, framed or sent; the one style sheet is known by its hash. */
const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${cssHash}'; base-uri 'none'; form-action 'none'`;

/** Bytes that a page stays below: what mail and chats take without a word. */
const mostBytes = 300_000;

/**
 * The report as one HTML file: no script, no outside reference, and its own JSON inside for `embeddedJson`, packed where the
 * page would be too large with it.
 */
export function renderHtml(report: Report, spoken: Spoken = inEnglish): string {
  const shown = printable(report);
  const config = known(settingsToPaste(shown).config);
  const page = (embedded: string) => {
    const props = { report: shown, config, css, contentSecurityPolicy, embedded, spoken };
    return `<!doctype html>\n${renderToStaticMarkup(createElement(HtmlDocument, props))}\n`;
  };
  const plain = page(embed(report));
  return Buffer.byteLength(plain) < mostBytes ? plain : page(embedPacked(report));
}
