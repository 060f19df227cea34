import type { ReactNode } from 'react';
import { formatDate, formatSeconds } from '../../src-main/contract/format.js';
import type { Report } from '../../src-main/contract/report.js';
import { AgreementSection } from './agreement-section.js';
import { BucketsSection } from './buckets-section.js';
import { ChangesSection } from './changes-section.js';
import { AssumptionsSection, NotTestedSection, ReproduceSection, TargetSection } from './closing-sections.js';
import { ConfigSection } from './config-section.js';
import { HostSection } from './host-section.js';
import {
  ChecksSection,
  DisagreementsSection,
  GpusSection,
  LinksSection,
  RatesSection,
  SystemSection,
} from './machine-section.js';
import { FailuresSection, GridSection, OperatorSection } from './measured-sections.js';
import { MemorySection } from './memory-section.js';
import { PhasesSection } from './phases-section.js';
import { ProbesSection } from './probes-section.js';
import { ReasonsSection } from './reasons-section.js';
import { RehearsalSection } from './rehearsal-section.js';
import { useSay } from './say.js';
import { seriesOf } from './series.js';
import { TaughtSection } from './taught-section.js';
import { TimeSection } from './time-section.js';
import { VerdictCard } from './verdict-card.js';
import { deviceLine, plannedNote, profileLine, targetLine } from './words.js';

interface ReportPageProps {
  report: Report;
  /** Open-Sora's config of the run, where there is one to paste. */
  config?: string | undefined;
  /** What can be done about the verdict, where it is shown by the app. */
  actions?: ReactNode;
}

/** A report as a document of its own: the HTML file and the PDF. */
export function ReportPage(props: ReportPageProps) {
  return (
    <main className="report">
      <p className="brand">Preflight for Open-Sora</p>
      <ReportBody {...props} />
    </main>
  );
}

/** What a report says: the decision first, then the proof. The document and the app's page both show this. */
export function ReportBody({ report, config, actions }: ReportPageProps) {
  const series = seriesOf(report.probes);
  const { machine } = report;
  return (
    <>
      <Masthead report={report} />
      <VerdictCard report={report} actions={actions} />
      <ReasonsSection report={report} />
      <RehearsalSection report={report} />
      <ChangesSection report={report} />
      <ConfigSection config={config} />
      <MemorySection report={report} />
      <PhasesSection report={report} />
      <BucketsSection report={report} />
      <TimeSection report={report} />
      <HostSection report={report} />
      <TaughtSection report={report} />
      <AgreementSection report={report} />
      <GridSection report={report} series={series} />
      <OperatorSection series={series} />
      <FailuresSection report={report} series={series} />
      {plannedNote(report) === undefined && <ProbesSection series={series} />}
      <ChecksSection machine={machine} />
      <DisagreementsSection machine={machine} />
      <GpusSection machine={machine} />
      <LinksSection machine={machine} />
      <RatesSection machine={machine} />
      <SystemSection report={report} />
      <NotTestedSection report={report} />
      <AssumptionsSection report={report} />
      <TargetSection report={report} />
      <ReproduceSection report={report} />
    </>
  );
}

function Masthead({ report }: { report: Report }) {
  const say = useSay();
  const facts = [
    ['Run', targetLine(report)],
    [
      report.device.used === 'none' ? 'Planned on' : 'Machine',
      `${report.machine.host.hostname}: ${deviceLine(report)}`,
    ],
    ['Profile', `${profileLine(report)}, ${formatSeconds(report.wallSeconds)}`],
    ['Made', formatDate(report.createdAt)],
  ] as const;
  return (
    <header className="masthead">
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{say(name)}</dt>
            <dd>{say(value)}</dd>
          </div>
        ))}
      </dl>
    </header>
  );
}
