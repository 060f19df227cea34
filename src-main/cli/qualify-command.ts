import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Baseline } from '../contract/baseline.js';
import { commandLine } from '../contract/command-line.js';
import { unavailable } from '../contract/evidence.js';
import type { Qualification } from '../contract/qualification.js';
import type { Report } from '../contract/report.js';
import { UsageError } from '../contract/usage-error.js';
import { qualifyHere } from '../qualify-here.js';
import { History } from '../report/history/history.js';
import { earlierRuns } from '../report/qualify/earlier-runs.js';
import { renderJUnit } from '../report/qualify/junit.js';
import { renderPrometheus } from '../report/qualify/prometheus.js';
import { type Candidate, qualification } from '../report/qualify/qualification.js';
import { readBaseline } from '../report/qualify/read-baseline.js';
import { renderQualification } from '../report/qualify/terminal-qualify.js';
import { trendOf } from '../report/qualify/trend.js';
import { writeBaseline } from './baseline-file.js';
import { exitCodes } from './exit.js';
import { readGpus } from './options.js';
import { optionalFile, writeOut } from './out-file.js';
import { printDocument } from './output.js';
import { readNamed } from './read-named.js';
import { readingProgress } from './reading-progress.js';
import { readTolerance, toleranceOption } from './tolerance.js';
import { defaultFolder, withProgress } from './with-progress.js';

interface QualifyOptions {
  baseline?: string;
  makeBaseline?: true;
  tolerance: string;
  gpus?: string;
  cudaLibs?: string;
  data?: string;
  out?: string;
  junit?: string;
  prometheus?: string;
  json?: true;
}

/** `preflight qualify`: machines against known-good ones. */
export function addQualify(program: Command, args: readonly string[], onExit: (code: number) => void): void {
  program
    .command('qualify')
    .description('judge this machine, or reports of machines, against a baseline of known-good ones')
    .argument('[reports...]', 'reports to judge; without any this machine is measured now')
    .option('--baseline <file>', 'what --make-baseline wrote')
    .option('--make-baseline', 'make a baseline of the reports given, and write it to --out')
    .addOption(toleranceOption())
    .option('--gpus <list>', 'when measuring now: CUDA ordinals, such as 0,1')
    .option('--cuda-libs <dir>', 'when measuring now: a Python environment or folder with cuBLAS and cuDNN')
    .option('--data <path>', 'when measuring now: where the data set lies')
    .option('--out <path>', 'with --make-baseline its file; when measuring now the folder for the report')
    .option('--junit <file>', 'write the rules as JUnit XML')
    .option('--prometheus <file>', "write the figures in Prometheus' text format")
    .option('--json', 'print the qualification as JSON and nothing else on standard output')
    .action(async (paths: string[], options: QualifyOptions) => onExit(await run(paths, options, args)));
}

async function run(
  paths: readonly string[],
  options: QualifyOptions,
  args: readonly string[],
): Promise<number> {
  refuseIdle(paths, options);
  if (options.makeBaseline) return writeBaseline(paths, options);
  if (options.baseline === undefined)
    throw new UsageError(
      '--baseline is missing: name the file that `preflight qualify --make-baseline` wrote',
    );
  const tolerance = readTolerance(options.tolerance);
  const baseline = await readBaseline(options.baseline);
  // Before anything is measured, which takes minutes.
  const inputs = [options.baseline, ...paths];
  const files = {
    junit: await optionalFile(options.junit, '--junit', inputs),
    prometheus: await optionalFile(options.prometheus, '--prometheus', inputs),
  };
  if (files.junit !== undefined && files.junit === files.prometheus)
    throw new UsageError(`--junit and --prometheus name the same file, ${options.junit}: name two`);
  const here = paths.length === 0 ? await measureHere(baseline, options, args) : null;
  const candidates = here === null ? await fromFiles(paths) : [here.candidate];
  const result = qualification(candidates, baseline, tolerance);
  // First, since a disk that refuses a file is no reason to keep what was found out.
  printDocument(result, renderQualification, options.json === true);
  if (files.junit !== undefined) await writeOut(files.junit, renderJUnit(result), '--junit');
  if (files.prometheus !== undefined)
    await writeOut(files.prometheus, await renderPrometheus(result), '--prometheus');
  if (here?.cancelled) return exitCodes.cancelled;
  return result.qualified ? 0 : exitCodes['no-go'];
}

/** Options that would do nothing, so that nobody waits for what they promise. @throws UsageError */
function refuseIdle(paths: readonly string[], options: QualifyOptions): void {
  const { gpus, cudaLibs, data, out, junit, prometheus } = options;
  const measuring = { '--gpus': gpus, '--cuda-libs': cudaLibs, '--data': data };
  const refuse = (idle: Readonly<Record<string, string | undefined>>, why: string) => {
    const [found] = Object.entries(idle).filter(([, given]) => given !== undefined);
    if (found !== undefined) throw new UsageError(`${found[0]} does nothing here: ${why}; leave it out`);
  };
  if (options.makeBaseline)
    refuse(
      { ...measuring, '--junit': junit, '--prometheus': prometheus },
      'a baseline is made of reports, and nothing is measured or judged',
    );
  else if (paths.length > 0)
    refuse({ ...measuring, '--out': out }, 'reports are given, so that this machine is not measured');
}

async function fromFiles(paths: readonly string[]): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const { name, report } of await readNamed(paths))
    candidates.push({ name, report, trend: await trendFor(report) });
  return candidates;
}

async function measureHere(
  baseline: Baseline,
  options: QualifyOptions,
  args: readonly string[],
): Promise<{ candidate: Candidate; cancelled: boolean }> {
  if (options.out === '')
    throw new UsageError('--out is empty: name a new folder, or that of a run to go on with');
  const request = {
    gpus: readGpus(options.gpus),
    cudaLibs: options.cudaLibs,
    data: options.data,
    out: resolve(options.out ?? defaultFolder()),
    command: commandLine(args),
  };
  const { judged, report } = await withProgress((hooks) => qualifyHere(baseline, request, hooks));
  const trend = report === null ? unavailable('nothing was measured') : await trendFor(report);
  return {
    candidate: { name: request.out, report: judged, trend },
    cancelled: report?.state === 'cancelled',
  };
}

/** Against the history; one that cannot be read takes nothing from the answer. */
async function trendFor(report: Report): Promise<Qualification['machines'][number]['trend']> {
  try {
    return trendOf(report, await earlierRuns(report, new History(), readingProgress()));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return unavailable(error.message);
  }
}
