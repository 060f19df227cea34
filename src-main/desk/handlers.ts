import type { Answer, Ask, Channel } from '../contract/channels.js';
import { compare } from '../report/compare/compare.js';
import { exportReport, type PrintPage, redacted } from '../report/export/export-report.js';
import { lessonsFolder } from '../report/history/home.js';
import { Lessons } from '../report/history/lessons.js';
import { Analyses } from './analyses.js';
import { openedTarget } from './asked-target.js';
import { KeptReports } from './kept-reports.js';
import { MachineReader } from './machine-reader.js';
import { Planner } from './planner.js';
import type { RunKeeper } from './run-keeper.js';
import type { RunOptions } from './run-place.js';

/** The signal is aborted when the page that asked has gone. */
export type Handlers = { [C in Channel]: (ask: Ask<C>, signal?: AbortSignal) => Promise<Answer<C>> };

interface HandlerOptions extends RunOptions {
  runs: RunKeeper;
  /** Where reports are kept. */
  home: string;
  print?: PrintPage | undefined;
  /** Aborted when the desk closes. */
  signal: AbortSignal;
}

/** What answers each channel; questions come checked by the contract. */
export function handlersOf(options: HandlerOptions): Handlers {
  const { runs, print } = options;
  const machine = new MachineReader(options);
  const analyses = new Analyses();
  const planner = new Planner();
  options.signal.addEventListener('abort', () => planner.close());
  const reports = new KeptReports(options.home);
  const lessons = new Lessons(lessonsFolder(options.home));
  return {
    'machine/read': ({ measure }) => (measure ? machine.measure(runs.underWay) : machine.read()),
    'target/open': async ({ beside = [], ...file }) => openedTarget(file, beside),
    'target/analyse': ({ shapes }, signal) => analyses.of(shapes, signal),
    'target/plan': async (ask) => planner.plan({ ask, here: await machine.recent() }),
    'run/start': async (request) => {
      machine.refuseWhileMeasuring();
      return runs.start(request);
    },
    'run/cancel': async ({ id }) => {
      runs.cancel(id);
      return {};
    },
    'run/state': async () => runs.state,
    'history/list': () => reports.list(),
    'history/read': (ask) => reports.read(ask),
    'history/import': ({ name, text }) => reports.import(name, text),
    'history/remove': async (ask) => {
      await reports.remove(ask);
      return {};
    },
    'lessons/list': () => lessons.list(),
    'lessons/forget': async () => {
      await lessons.forget();
      return {};
    },
    'export/preview': async (ask) => redacted(await reports.read(ask)).replaced,
    export: async ({ to, reveal, ...ask }) => exportReport(await reports.read(ask), to, { reveal, print }),
    compare: async (ask) => compare(await reports.named(ask.reports)),
  };
}
