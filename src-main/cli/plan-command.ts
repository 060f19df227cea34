import type { Command } from 'commander';
import { commandLine } from '../contract/command-line.js';
import { type Report, solvedSchema } from '../contract/report.js';
import { plan } from '../plan.js';
import { targetFromSaved } from '../predict/config/saved-target.js';
import type { FileTarget } from '../predict/config/target-from-file.js';
import { readReport } from '../report/read-report.js';
import { exitCodes } from './exit.js';
import { choice, targetFlags, withTarget } from './options.js';
import { printReport } from './output.js';
import { configOption } from './path-options.js';
import { targetOf } from './target-file.js';

const solvable = solvedSchema.shape.variable.options;
const readSolve = (given: string) => choice(solvable, '--solve', given);

interface PlanOptions {
  config?: string;
  gpu?: string;
  gpuMemory?: string;
  from?: string;
  solve?: string;
  json?: true;
}

/** `preflight plan`: the answer from the graph and the catalogue, or from an earlier run's probes. */
export function addPlan(program: Command, args: readonly string[], onExit: (code: number) => void): void {
  withTarget(
    program
      .command('plan')
      .description('answer go or no-go for a machine that is not here: nothing runs on a GPU'),
  )
    .addOption(configOption())
    .option('--gpu <name>', 'judge for this GPU')
    .option('--gpu-memory <size>', 'judge for this much GPU memory, such as 24GiB')
    .option('--from <report>', "use the probes and the machine of an earlier run's report.json")
    .option('--solve <what>', `the largest ${solvable.join(', ')} that fits with all else as asked`)
    .option('--json', 'print the report as JSON and nothing else on standard output')
    .action(async (options: PlanOptions) => onExit(await run(options, args)));
}

async function run(options: PlanOptions, args: readonly string[]): Promise<number> {
  const from = options.from === undefined ? null : await readReport(options.from);
  const report = await plan({
    ...askedFor(options, from),
    gpu: options.gpu,
    gpuMemory: options.gpuMemory,
    from,
    solve: options.solve === undefined ? null : readSolve(options.solve),
    command: commandLine(args),
  });
  printReport(report, options.json === true);
  return exitCodes[report.verdict.status];
}

/**
 * The run that flags or a config name; else the one that the earlier report is about, checked as a saved target is, since
 * the file may have been edited.
 */
function askedFor(options: PlanOptions, from: Report | null): FileTarget {
  const named = options.config !== undefined || Object.keys(targetFlags(options)).length > 0;
  if (from === null || named) return targetOf(options);
  return { target: targetFromSaved(from.target, `${options.from}`, {}), assumptions: from.assumptions };
}
