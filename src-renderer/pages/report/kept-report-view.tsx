import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Exported } from '../../../src-main/contract/export.js';
import type { KeptReport } from '../../../src-main/contract/kept-report.js';
import { printable, printableText } from '../../../src-main/contract/printable.js';
import type { Report } from '../../../src-main/contract/report.js';
import { Failed, Loading, PageHead } from '../../app/page.js';
import { useAnswer } from '../../app/use-client.js';
import { ReportBody } from '../../report/report-page.js';
import { lastShown } from './last-shown.js';
import { RehearseButton } from './rehearse-button.js';
import { ReportActions } from './report-actions.js';

/** A report of the history, with what can be done with it. */
export function KeptReportView({ asked }: { asked: KeptReport }) {
  const { t } = useTranslation();
  const { value: report, error, pending, again } = useAnswer('history/read', asked);
  const config = useAnswer('export', { ...asked, to: 'opensora-config', reveal: true });
  const isConfigAwaited = config.pending && config.value === undefined && config.error === undefined;
  // A file that anybody may have written: what reorders or hides text is taken out, as in its other renderings.
  const shown = useMemo(
    () => (report === undefined || isConfigAwaited ? undefined : withConfig(report, config.value)),
    [report, isConfigAwaited, config.value],
  );
  const failed = error !== undefined && !pending;
  useEffect(() => {
    if (report !== undefined) lastShown.set(asked);
    else if (failed) lastShown.set(null);
  }, [report, failed, asked]);
  return (
    <>
      <PageHead title={t('report.title')}>
        {report !== undefined && shown !== undefined && (
          <ReportActions asked={asked} report={report} config={shown.config} />
        )}
      </PageHead>
      {failed && (
        <>
          <Failed error={error} again={again} />
          <p className="to-report">
            <Link href="/history">{t('report.toHistory')}</Link>
          </p>
        </>
      )}
      {shown === undefined && !failed && <Loading what={t('report.reading')} />}
      {report !== undefined && shown !== undefined && (
        <ReportBody {...shown} actions={<RehearseButton asked={asked} report={report} />} />
      )}
    </>
  );
}

/** As in the report's other renderings there is no config of a run that does not fit. */
function withConfig(report: Report, config: Exported | undefined): { report: Report; config?: string } {
  if (config === undefined || report.verdict.status === 'no-go') return { report: printable(report) };
  return { report: printable(report), config: printableText(config.content) };
}
