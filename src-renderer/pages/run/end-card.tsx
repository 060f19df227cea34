import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { Failed, Loading } from '../../app/page.js';
import { useAnswer } from '../../app/use-client.js';
import { VerdictCard } from '../../report/verdict-card.js';

/** What the sweep came to, and the way to its report. */
export function EndCard({ reportId }: { reportId: string }) {
  const { t } = useTranslation();
  const { value: report, error, pending, again } = useAnswer('history/read', { id: reportId });
  return (
    <>
      {error !== undefined && !pending && <Failed error={error} again={again} />}
      {report === undefined && pending && <Loading />}
      {report !== undefined && <VerdictCard report={report} />}
      <p className="to-report">
        <Link href={`/report/${reportId}`}>{t('run.toReport')}</Link>
      </p>
    </>
  );
}
