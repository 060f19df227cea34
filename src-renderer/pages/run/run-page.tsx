import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { bucketLabel } from '../../../src-main/contract/bucket-label.js';
import { isRunning, type RunState } from '../../../src-main/contract/run-state.js';
import type { Target } from '../../../src-main/contract/target.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import { Loading, PageHead } from '../../app/page.js';
import { useRun } from '../../app/use-run.js';
import { ProbeGrid } from '../../charts/probe-grid.js';
import { Section, WideTable } from '../../report/bits.js';
import { seriesOf } from '../../report/series.js';
import { CancelButton } from './cancel-button.js';
import { EndCard } from './end-card.js';
import { FailuresCard } from './failures-card.js';
import { lawsOf } from './laws.js';
import { LawCharts } from './laws-card.js';
import { SamplesCard } from './samples-card.js';
import { StatusCard } from './status-card.js';
import { useGridWords } from './use-grid-words.js';

/** The sweep as it goes, or the last one as it ended. */
export default function RunPage() {
  const { t } = useTranslation();
  const run = useRun();
  if (run === undefined || run === null)
    return (
      <>
        <PageHead title={t('run.title')} />
        {run === undefined ? (
          <Loading />
        ) : (
          <Section id="no-run" title={t('run.none')}>
            <p>
              {t('run.noneMore')} <Link href="/target">{t('run.noneLink')}</Link>
            </p>
          </Section>
        )}
      </>
    );
  return <Sweep run={run} />;
}

function Sweep({ run }: { run: RunState }) {
  const { t } = useTranslation();
  const words = useGridWords();
  const { request, probes } = run;
  const target = useMemo(() => targetOf(request), [request]);
  const series = useMemo(() => seriesOf(probes), [probes]);
  const cards = useMemo(
    () =>
      series.map((each) => (
        <Section
          id={`series-${each.key}`}
          key={each.key}
          title={words.block(each)}
          aside={`${words.detail(each)} · ${t('run.gridLead')}`}
        >
          <WideTable label={`${words.block(each)}, ${words.detail(each)}`} tall>
            <ProbeGrid series={each} target={target} words={words} />
          </WideTable>
          <LawCharts laws={lawsOf(each)} block={words.block(each)} />
        </Section>
      )),
    [series, target, words, t],
  );
  return (
    <>
      <PageHead title={t('run.title')} lead={titleOf(target)}>
        {isRunning(run) && run.phase !== 'cancelling' && (
          <CancelButton id={run.id} of={run.phase === 'rehearsing' ? 'rehearsal' : 'sweep'} />
        )}
      </PageHead>
      <StatusCard run={run} />
      {run.reportId !== null && <EndCard reportId={run.reportId} />}
      <SamplesCard samples={run.samples} />
      <FailuresCard series={series} words={words} />
      {cards}
    </>
  );
}

function targetOf({ asked }: RunState['request']): Target {
  return 'target' in asked ? asked.target : resolveTarget(asked.flags);
}

function titleOf({ model, task, buckets }: Target): string {
  const [first, ...rest] = buckets;
  return `Open-Sora ${model} · ${task} · ${bucketLabel(first!)}${rest.length > 0 ? ` + ${rest.length}` : ''}`;
}
