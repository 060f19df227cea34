import type { Command } from 'commander';
import { plan } from '../plan.js';
import { resolveTarget } from '../predict/resolve-target.js';
import { readReport } from '../report/read-report.js';
import { exitCodes } from './exit.js';
import { targetFlags, withTarget } from './options.js';
import { commandLine, printReport } from './output.js';

interface PlanOptions {
  gpu?: string;
  gpuMemory?: string;
  from?: string;
  json?: true;
}

/** `preflight plan`: the answer from the graph and the catalogue, or from an earlier run's probes. */
export function addPlan(program: Command, args: readonly string[], onExit: (code: number) => void): void {
  withTarget(
    program
      .command('plan')
      .description('answer go or no-go for a machine that is not here: nothing runs on a GPU'),
  )
    .option('--gpu <name>', 'judge for this GPU')
    .option('--gpu-memory <size>', 'judge for this much GPU memory, such as 24GiB')
    .option('--from <report>', "use the probes and the machine of an earlier run's report.json")
    .option('--json', 'print the report as JSON and nothing else on standard output')
    .action(async (options: PlanOptions) => onExit(await run(options, args)));
}

async function run(options: PlanOptions, args: readonly string[]): Promise<number> {
  const from = options.from === undefined ? null : await readReport(options.from);
  const flags = targetFlags(options);
  // A report says what run it is about; flags say another.
  const asked = from !== null && Object.keys(flags).length === 0 ? from.target : resolveTarget(flags);
  const report = await plan({
    target: asked,
    assumptions: [],
    gpu: options.gpu,
    gpuMemory: options.gpuMemory,
    from,
    command: commandLine(args),
  });
  printReport(report, options.json === true);
  return exitCodes[report.verdict.status];
}
