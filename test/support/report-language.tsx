import { renderToStaticMarkup } from 'react-dom/server';
import type { Machine } from '../../src-main/contract/machine.js';
import type { Report } from '../../src-main/contract/report.js';
import type { TargetFlags } from '../../src-main/contract/target-flags.js';
import { plan } from '../../src-main/plan.js';
import { resolveTarget } from '../../src-main/predict/resolve-target.js';
import { parseReport } from '../../src-main/report/parse-report.js';
import { ReportPage } from '../../src-renderer/report/report-page.js';
import { type Say, SayContext } from '../../src-renderer/report/say.js';
import { bucketReport } from '../fixtures/bucket-report.js';
import { cancelledReport, dryRunReport } from '../fixtures/dry-run-reports.js';
import { inferenceReport } from '../fixtures/inference-report.js';
import { labReport } from '../fixtures/lab-reports.js';
import { nothingFitsReport, solvedReport } from '../fixtures/planned-reports.js';
import { rehearsedReports } from '../fixtures/rehearsed-reports.js';
import { goReport, goWithChangesReport, noGoReport } from '../fixtures/reports.js';
import * as machines from '../fixtures/sample-machines.js';
import { v1Names, v1Text } from '../fixtures/v1-reports.js';

/** Reports whose parts and notes were written for them, in the engine's manner. */
export function fixtureReports(): Report[] {
  return [
    nothingFitsReport(),
    solvedReport(),
    dryRunReport(),
    cancelledReport(),
    inferenceReport(),
    bucketReport(),
    labReport(),
    goReport(),
    goWithChangesReport(),
    noGoReport(),
    ...Object.values(rehearsedReports()),
  ];
}

/** Reports that earlier versions of the program wrote. */
export function earlierReports(): Report[] {
  return v1Names.map((name) => parseReport(v1Text(name), name));
}

interface Asked {
  flags: Partial<TargetFlags>;
  gpu?: string;
  gpuMemory?: string;
  solve?: 'batch' | 'frames' | 'resolution';
  here?: Machine;
}

/** Plans of every version and task, and of what changes the engine's words. */
const asked: readonly Asked[] = [
  { flags: { model: 'v1.0', frames: 16, resolution: '256' }, gpu: 'RTX-4090' },
  { flags: { model: 'v1.1', frames: 16 }, gpu: 'V100-32GB' },
  { flags: { model: 'v1.1', frames: 16, task: 'infer', gpuCount: 2 }, gpu: 'T4' },
  { flags: { model: 'v1.2', gpuCount: 8, sp: 2, plugin: 'zero2' }, gpu: 'H100', solve: 'batch' },
  { flags: { model: 'v1.2', task: 'infer', gpuCount: 4 }, gpu: 'RTX-5090' },
  { flags: { model: 'v1.3', frames: 49, loraRank: 16 }, gpu: 'A100-80GB', solve: 'frames' },
  { flags: { model: 'v1.3', frames: 49, task: 'infer', dtype: 'fp32' }, gpu: 'MI300X', solve: 'resolution' },
  { flags: { model: 'v2.0', resolution: '256px', frames: 129, gpuCount: 8 }, gpu: 'H200' },
  {
    flags: {
      model: 'v2.0',
      resolution: '768px',
      frames: 129,
      gpuCount: 16,
      nodes: 2,
      plugin: 'hybrid',
      tp: 2,
    },
    gpuMemory: '24GiB',
  },
  { flags: { model: 'v2.0', resolution: '256px', frames: 65, loraRank: 8, offload: true }, gpu: 'H100' },
  { flags: { model: 'v2.0', resolution: '256px', frames: 64, task: 'infer', ae: 'dc-ae' }, gpu: 'L40S' },
  {
    flags: { model: 'v2.0', resolution: '256px', frames: 65, task: 'infer', gpuCount: 8, sp: 8 },
    gpu: 'V100-32GB',
  },
  { flags: {} },
  ...[
    machines.h100Machine(),
    machines.illH100Machine(),
    machines.rtx4090Machine(),
    machines.migMachine(),
    machines.laptopMachine(),
    machines.notSupportedMachine(),
  ].map((here) => ({ flags: { steps: 1000 }, here })),
];

export function plannedReports(): Promise<Report[]> {
  return Promise.all(
    asked.map(({ flags, here, solve, ...judged }) =>
      plan({
        target: resolveTarget({
          model: 'v1.2',
          task: 'train',
          resolution: '144p',
          frames: 51,
          batch: 2,
          ...flags,
        } as TargetFlags),
        assumptions: [],
        from: null,
        solve: solve ?? null,
        command: 'preflight plan',
        here: here ?? machines.cpuMachine(),
        ...judged,
      }),
    ),
  );
}

/** What a page shows as text, and reads out, in this language, or as it is; code and what is typed left out. */
export function shownTexts(report: Report, say?: Say): string[] {
  const page = <ReportPage report={report} />;
  const html = renderToStaticMarkup(
    say === undefined ? page : <SayContext value={say}>{page}</SayContext>,
  ).replace(/<(pre|code|style)\b[\s\S]*?<\/\1>/g, '');
  const labels = [...html.matchAll(/aria-label="([^"]*)"/g)].map(([, label]) => label!);
  return [...labels, ...html.split(/<[^>]+>/)].map(decoded).filter((text) => text.trim() !== '');
}

const decoded = (text: string) =>
  text
    .replaceAll('&#x27;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
