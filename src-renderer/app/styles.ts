import { chartsCss } from '../charts/charts-css.js';
import { controlsCss } from '../controls/controls-css.js';
import { machineCss } from '../machine/machine-css.js';
import { cardsCss } from '../report/cards-css.js';
import { pagesCss as narrowCss } from '../report/pages-css.js';
import { reportCss } from '../report/report-css.js';
import { tablesCss } from '../report/tables-css.js';
import { themeCss, themeSwitchCss } from '../theme-css.js';
import { exportCss } from './export-css.js';
import { historyCss } from './history-css.js';
import { pagesCss } from './pages-css.js';
import { shellCss } from './shell-css.js';

/** The report's own style sheets, and what a page has beside it. Constructed ones need no `unsafe-inline`. */
export function applyStyles(): void {
  document.adoptedStyleSheets = [
    themeCss,
    themeSwitchCss,
    chartsCss,
    reportCss,
    cardsCss,
    tablesCss,
    machineCss,
    narrowCss,
    shellCss,
    controlsCss,
    pagesCss,
    historyCss,
    exportCss,
  ].map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
}
