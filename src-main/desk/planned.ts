import type { Ask } from '../contract/channels.js';
import { commandLine, gpuWords, targetWords } from '../contract/command-line.js';
import type { Machine } from '../contract/machine.js';
import type { Report } from '../contract/report.js';
import { plan } from '../plan.js';
import type { Analyse } from '../predict/analyser.js';
import { askedTarget } from './asked-target.js';

/** What a page asks to be planned, and this machine as it was read. */
export interface PlanQuestion {
  ask: Ask<'target/plan'>;
  here: Machine;
}

/** The answer of `preflight plan`. @throws UsageError for a target or GPU that is none */
export function planned({ ask: { asked, ...gpu }, here }: PlanQuestion, analyse: Analyse): Promise<Report> {
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
