import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Report } from '../../../src-main/contract/report.js';
import type { AskedGpu, AskedTarget } from '../../../src-main/contract/run-request.js';
import { Failed, Loading } from '../../app/page.js';
import { useAnswer } from '../../app/use-client.js';
import { useDebounced } from '../../app/use-debounced.js';
import { ChangesSection } from '../../report/changes-section.js';
import { ReasonsSection } from '../../report/reasons-section.js';
import { VerdictCard } from '../../report/verdict-card.js';

/** The whole answer of `preflight plan`, once the controls rest. */
export function VerdictSection({ asked, gpu }: { asked: AskedTarget | null; gpu: AskedGpu }) {
  const { t } = useTranslation();
  const now = asked === null ? null : { asked, ...gpu };
  const question = useDebounced(now, 400);
  const { value: report, error, pending, current, again } = useAnswer('target/plan', question);
  // A go must never be read as that of other settings than it was given for.
  const stale = !current || JSON.stringify(now) !== JSON.stringify(question);
  if (error !== undefined && !pending) return <Failed error={error} again={again} />;
  if (report === undefined) return pending ? <Loading what={t('target.planning')} /> : null;
  return (
    <div className={stale ? 'stale plan' : 'plan'} aria-busy={pending}>
      {stale && <p role="status">{t(now === null ? 'target.stale.settings' : 'target.stale.planning')}</p>}
      <Answered report={report} />
    </div>
  );
}

const Answered = memo(function Answered({ report }: { report: Report }) {
  return (
    <>
      <VerdictCard report={report} />
      <ChangesSection report={report} />
      <ReasonsSection report={report} />
    </>
  );
});
