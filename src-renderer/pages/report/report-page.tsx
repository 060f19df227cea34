import { useTranslation } from 'react-i18next';
import { Link, Redirect } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { reportPath, reportsIn } from '../../app/addresses.js';
import { Failed, Loading, PageHead } from '../../app/page.js';
import { useAnswer } from '../../app/use-client.js';
import { useRun } from '../../app/use-run.js';
import { Section } from '../../report/bits.js';
import { KeptReportView } from './kept-report-view.js';
import { lastShown } from './last-shown.js';

/** The report that the address names; else the one that was looked at last, or the newest. */
export default function ReportPage() {
  const [location] = useHashLocation();
  const [asked] = reportsIn(location);
  const run = useRun();
  const { t } = useTranslation();
  if (asked !== undefined) return <KeptReportView asked={asked} />;
  const known = lastShown.read() ?? (run?.reportId == null ? null : { id: run.reportId });
  if (known !== null) return <Redirect to={reportPath(known)} replace />;
  return (
    <>
      <PageHead title={t('report.title')} />
      {run === undefined ? <Loading /> : <Newest />}
    </>
  );
}

function Newest() {
  const { t } = useTranslation();
  const { value, error, pending, again } = useAnswer('history/list', {});
  if (error !== undefined && !pending) return <Failed error={error} again={again} />;
  if (value === undefined) return <Loading />;
  const [newest] = value.reports;
  if (newest !== undefined) return <Redirect to={reportPath(newest)} replace />;
  return (
    <Section id="no-report" title={t('report.none')}>
      <p>
        {t('report.noneMore')} <Link href="/target">{t('run.noneLink')}</Link>
      </p>
      <p>
        {t('report.noneImport')} <Link href="/history">{t('report.toHistory')}</Link>
      </p>
    </Section>
  );
}
