import { ReportPage } from '../../src-renderer/report/report-page.js';
import { SayContext } from '../../src-renderer/report/say.js';
import { targetLine, verdictWords } from '../../src-renderer/report/words.js';
import type { Report } from '../contract/report.js';
import { embeddedId } from './embedded-report.js';
import type { Spoken } from './spoken.js';

interface HtmlDocumentProps {
  report: Report;
  /** Open-Sora's config, where there is one to paste. */
  config: string | undefined;
  css: string;
  contentSecurityPolicy: string;
  /** The report as text that is inert in HTML. */
  embedded: string;
  spoken: Spoken;
}

/** The report as a file of its own. */
export function HtmlDocument(props: HtmlDocumentProps) {
  const { report, config, css, contentSecurityPolicy, embedded, spoken } = props;
  const { lang, say } = spoken;
  const { word } = verdictWords[report.verdict.status];
  return (
    <html lang={lang}>
      <head>
        <meta charSet="utf-8" />
        <meta httpEquiv="Content-Security-Policy" content={contentSecurityPolicy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{say(`${word}: ${targetLine(report)}`)}</title>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: our own style sheet, whose hash is in the policy */}
        <style dangerouslySetInnerHTML={{ __html: css }} />
      </head>
      <body>
        <SayContext value={say}>
          <ReportPage report={report} config={config} />
        </SayContext>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: has no character that HTML gives a meaning */}
        <template id={embeddedId} dangerouslySetInnerHTML={{ __html: embedded }} />
      </body>
    </html>
  );
}
