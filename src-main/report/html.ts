import { createHash } from 'node:crypto';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { chartsCss } from '../../src-renderer/charts/charts-css.js';
import { machineCss } from '../../src-renderer/machine/machine-css.js';
import { pagesCss } from '../../src-renderer/report/pages-css.js';
import { reportCss } from '../../src-renderer/report/report-css.js';
import { tablesCss } from '../../src-renderer/report/tables-css.js';
import { themeCss } from '../../src-renderer/theme-css.js';
import { known } from '../contract/evidence.js';
import type { Report } from '../contract/report.js';
import { embed } from './embedded-report.js';
import { HtmlDocument } from './html-document.js';
import { printable } from './printable.js';
import { settingsToPaste } from './settings-to-paste.js';

const css = [themeCss, chartsCss, reportCss, tablesCss, machineCss, pagesCss].join('\n');
const cssHash = createHash('sha256').update(css).digest('base64');

/** Nothing may be loaded, run, framed or sent; the one style sheet is known by its hash. */
const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${cssHash}'; base-uri 'none'; form-action 'none'`;

/** The report as one HTML file: no script, no outside reference, and its own JSON inside for `extractReport`. */
export function renderHtml(report: Report): string {
  const shown = printable(report);
  const document = createElement(HtmlDocument, {
    report: shown,
    config: known(settingsToPaste(shown).config),
    css,
    contentSecurityPolicy,
    embedded: embed(report),
  });
  return `<!doctype html>\n${renderToStaticMarkup(document)}\n`;
}
