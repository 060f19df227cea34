import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { isUnavailable } from '../../../src-main/contract/evidence.js';
import type { KeptReport } from '../../../src-main/contract/kept-report.js';
import type { Report } from '../../../src-main/contract/report.js';
import { useFigures } from '../../app/figures.js';
import { Button } from '../../controls/button.js';
import { CopyButton } from '../../controls/copy-button.js';
import { flagsLine } from '../../report/setting-words.js';
import { draftStore } from '../target/draft.js';
import { ExportButton } from './export-dialog.js';

interface ReportActionsProps {
  asked: KeptReport;
  report: Report;
  /** Open-Sora's config of the run, where there is one to paste. */
  config: string | undefined;
}

/** What a person does with a report: takes its settings along, opens them in Target, sends it on. */
export function ReportActions({ asked, report, config }: ReportActionsProps) {
  const { t } = useTranslation();
  const figures = useFigures();
  const [, navigate] = useLocation();
  const { recommendation, target, assumptions, createdAt } = report;
  const flags = isUnavailable(recommendation)
    ? ''
    : flagsLine(recommendation.settings, target.buckets.length);
  const open = () => {
    draftStore.change({
      opened: { name: t('report.asTarget', { date: figures.date(createdAt) }), target, assumptions },
    });
    navigate('/target');
  };
  return (
    <>
      {flags !== '' && <CopyButton text={flags} label={t('report.copyFlags')} />}
      {config !== undefined && <CopyButton text={config} label={t('report.copyConfig')} />}
      <Button onPress={open}>{t('report.openInTarget')}</Button>
      <ExportButton asked={asked} />
    </>
  );
}
