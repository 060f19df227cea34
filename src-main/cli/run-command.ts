import { resolve } from 'node:path';
import type { Command } from 'commander';
import { commandLine } from '../contract/command-line.js';
import { formatSeconds } from '../contract/format.js';
import { UsageError } from '../contract/usage-error.js';
import { preflight } from '../preflight.js';
import { exitCodes } from './exit.js';
import {
  type MeasuringFlags,
  readDevice,
  readGpus,
  readProfile,
  withMeasuring,
  withTarget,
} from './options.js';
import { printReport } from './output.js';
import { targetOf } from './target-file.js';
import { type UpstreamFlags, upstreamOf, withUpstream } from './upstream-options.js';
import { defaultFolder, withProgress } from './with-progress.js';

interface RunOptions extends MeasuringFlags, UpstreamFlags {
  out?: string;
  json?: true;
}

/** `preflight run`: the whole flow on this machine. */
export function addRun(program: Command, args: readonly string[], onExit: (code: number) => void): void {
  const command = program.command('run').description('measure this machine and answer go or no-go for a run');
  withUpstream(withMeasuring(withTarget(command)))
    .option('--out <dir>', 'folder for report.json and report.html; goes on where it stopped')
    .option('--json', 'print the report as JSON and nothing else on standard output')
    .action(async (options: RunOptions) => onExit(await run(options, args)));
}

async function run(options: RunOptions, args: readonly string[]): Promise<number> {
  if (options.out === '')
    throw new UsageError('--out is empty: name a new folder, or that of a run to go on with');
  const out = resolve(options.out ?? defaultFolder());
  const request = {
    ...targetOf(options),
    device: readDevice(options.device),
    gpus: readGpus(options.gpus),
    gpu: options.gpu,
    gpuMemory: options.gpuMemory,
    profile: readProfile(options.profile),
    rehearse: options.rehearse === true || options.upstream !== undefined,
    cudaLibs: options.cudaLibs,
    data: options.data,
    out,
    command: commandLine(args),
  };
  const report = await withProgress(async (hooks, say) => {
    const upstream = await upstreamOf(options, request.target, hooks.signal, say);
    return preflight({ ...request, upstream }, hooks);
  });
  printReport(report, options.json === true);
  if (options.json !== true)
    process.stdout.write(
      `\nreport: ${out}/report.html and report.json (${formatSeconds(report.wallSeconds)})\n`,
    );
  return report.state === 'cancelled' ? exitCodes.cancelled : exitCodes[report.verdict.status];
}
