import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { isUnavailable, type Reading, unavailable } from '../../../src-main/contract/evidence.js';
import { formatGiBRange, gib } from '../../../src-main/contract/format.js';
import type { KeptReport } from '../../../src-main/contract/kept-report.js';
import { printable } from '../../../src-main/contract/printable.js';
import type { Prediction, Report } from '../../../src-main/contract/report.js';
import { comparePath, reportPath } from '../../app/addresses.js';
import { useFigures } from '../../app/figures.js';
import { Failed, Loading } from '../../app/page.js';
import { useAnswer } from '../../app/use-client.js';
import { letterOf } from '../../charts/scale.js';
import { Section, Value, WideTable } from '../../report/bits.js';
import { useSay } from '../../report/say.js';
import { Status } from '../../report/status.js';
import { deviceLine, profileLine, targetLine, verdictWords } from '../../report/words.js';

/** The reports by their letters, their verdicts and predictions side by side. */
export function ComparedReports({ reports }: { reports: readonly KeptReport[] }) {
  const { t } = useTranslation();
  return (
    <Section id="reports" title={t('compare.reports')}>
      <WideTable label={t('compare.sideBySide')}>
        <table className="beside">
          <thead>
            <tr>
              <th scope="col">{t('compare.report')}</th>
              <th scope="col">{t('history.verdict')}</th>
              <th scope="col" className="figure">
                {t('compare.peak')}
              </th>
              <th scope="col" className="figure">
                {t('compare.step')}
              </th>
              <th scope="col">{t('history.run')}</th>
              <th scope="col">{t('history.machine')}</th>
            </tr>
          </thead>
          <tbody>
            {reports.map((report, index) => (
              <ReportRow
                key={`${report.id} ${report.digest}`}
                asked={report}
                letter={letterOf(index)}
                asFirst={
                  index === 0 ? null : comparePath([report, ...reports.filter((other) => other !== report)])
                }
              />
            ))}
          </tbody>
        </table>
      </WideTable>
    </Section>
  );
}

interface ReportRowProps {
  asked: KeptReport;
  letter: string;
  /** Where the others are held against this one; null where they are. */
  asFirst: string | null;
}

function ReportRow({ asked, letter, asFirst }: ReportRowProps) {
  const { value, error, pending, again } = useAnswer('history/read', asked);
  return (
    <tr>
      {value !== undefined ? (
        <ReportCells report={printable(value)} asked={asked} letter={letter} asFirst={asFirst} />
      ) : (
        <>
          <th scope="row">{letter}</th>
          <td colSpan={5}>
            {pending && <Loading />}
            {!pending && error !== undefined && <Failed error={error} again={again} />}
          </td>
        </>
      )}
    </tr>
  );
}

function ReportCells({ report, asked, letter, asFirst }: ReportRowProps & { report: Report }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const say = useSay();
  const { verdict, prediction, machine, integrity } = report;
  return (
    <>
      <th scope="row">
        <b>{letter}</b> <Link href={reportPath(asked)}>{figures.date(report.createdAt)}</Link>
        <small>
          {asFirst === null ? (
            t('compare.first')
          ) : (
            <Link href={asFirst} aria-label={t('compare.asFirstOne', { letter })}>
              {t('compare.asFirst')}
            </Link>
          )}
        </small>
        {integrity === 'edited' && <span className="tag doubt">{t('history.edited')}</span>}
      </th>
      <td>
        <Status {...verdictWords[verdict.status]} />
      </td>
      <td className="figure">
        <Value of={part(prediction, ({ peakBytesPerGpu }) => peakBytesPerGpu)}>
          {(bytes) => gib(bytes, 2)}
        </Value>
        {!isUnavailable(prediction) && (
          <small>{formatGiBRange(prediction.interval.peakBytes).replace(' GiB', '')}</small>
        )}
      </td>
      <td className="figure">
        <Value of={part(prediction, ({ secondsPerStep }) => secondsPerStep)}>{figures.seconds}</Value>
      </td>
      <td>
        {say(targetLine(report))}
        <small>{say(profileLine(report))}</small>
      </td>
      <td>
        {machine.host.hostname}
        <small>{say(deviceLine(report))}</small>
      </td>
    </>
  );
}

function part(
  prediction: Report['prediction'],
  read: (known: Prediction) => Reading<number>,
): Reading<number> {
  return isUnavailable(prediction) ? unavailable(prediction.unavailable) : read(prediction);
}
