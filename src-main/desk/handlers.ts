import type { Answer, Ask, Channel } from '../contract/channels.js';
import { commandLine, gpuWords, targetWords } from '../contract/command-line.js';
import type { Machine } from '../contract/machine.js';
import { plan } from '../plan.js';
import { compare } from '../report/compare/compare.js';
import { exportReport, type PrintPage, redacted } from '../report/export/export-report.js';
import { Analyses } from './analyses.js';
import { askedTarget, openedTarget } from './asked-target.js';
import { InTurn } from './in-turn.js';
import { KeptReports } from './kept-reports.js';
import { MachineReader } from './machine-reader.js';
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
  const plans = new InTurn();
  const reports = new KeptReports(options.home);
  return {
    'machine/read': ({ measure }) => (measure ? machine.measure(runs.underWay) : machine.read()),
    'target/open': async ({ beside = [], ...file }) => openedTarget(file, beside),
    'target/analyse': ({ shapes }, signal) => analyses.of(shapes, signal),
    'target/plan': async (ask) => {
      const here = await machine.recent();
      return plans.do(() => planned(ask, here, analyses));
    },
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
    'export/preview': async (ask) => redacted(await reports.read(ask)).replaced,
    export: async ({ to, reveal, ...ask }) => exportReport(await reports.read(ask), to, { reveal, print }),
    compare: async (ask) => compare(await reports.named(ask.reports)),
  };
}

function planned({ asked, ...gpu }: Ask<'target/plan'>, here: Machine, { analyse }: Analyses) {
  const words = 'flags' in asked ? targetWords(asked.flags) : ['--config', asked.name];
  return plan({
    ...askedTarget(asked),
    ...gpu,
    from: null,
    solve: null,
    command: commandLine(['plan', ...words, ...gpuWords(gpu)]),
    here,
    analyse,
  });
}
