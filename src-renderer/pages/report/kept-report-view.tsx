import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { KeptReport } from '../../../src-main/contract/channels.js';
import { printable } from '../../../src-main/contract/printable.js';
import { Failed, Loading, PageHead } from '../../app/page.js';
import { useAnswer } from '../../app/use-client.js';
import { ReportBody } from '../../report/report-page.js';
import { lastShown } from './last-shown.js';
import { ReportActions } from './report-actions.js';

/** A report of the history, with what can be done with it. */
export function KeptReportView({ asked }: { asked: KeptReport }) {
  const { t, i18n } = useTranslation();
  const { value: report, error, pending, again } = useAnswer('history/read', asked);
  // A file that anybody may have written: what reorders or hides text is taken out, as in its other renderings.
  const shown = useMemo(() => (report === undefined ? undefined : printable(report)), [report]);
  const failed = error !== undefined && !pending;
  useEffect(() => {
    if (report !== undefined) lastShown.set(asked);
    else if (failed) lastShown.set(null);
  }, [report, failed, asked]);
  return (
    <>
      <PageHead title={t('report.title')}>
        {report !== undefined && <ReportActions asked={asked} report={report} />}
      </PageHead>
      {failed && (
        <>
          <Failed error={error} again={again} />
          <p className="to-report">
            <Link href="/history">{t('report.toHistory')}</Link>
          </p>
        </>
      )}
      {shown === undefined && pending && <Loading what={t('report.reading')} />}
      {shown !== undefined && (
        <>
          {i18n.language !== 'en' && <p className="quiet lead">{t('report.inEnglish')}</p>}
          <div lang="en">
            <ReportBody report={shown} />
          </div>
        </>
      )}
    </>
  );
}
