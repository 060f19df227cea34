import type { Command } from 'commander';
import type { Machine } from '../contract/machine.js';
import { UsageError } from '../contract/usage-error.js';
import type { RatesWanted } from '../detect-rates.js';
import { startReader } from '../machine/start-reader.js';
import { cancelOnSignals } from './cancel.js';
import { exitCodes } from './exit.js';
import { dataOption } from './path-options.js';

interface DetectFlags {
  cudaLibs?: string;
  data?: string;
  measure?: boolean;
  force?: boolean;
  json?: true;
}

/** `preflight detect`: what this machine is, and with `--measure` how fast its GPUs are. */
export function addDetect(program: Command, onExit: (code: number) => void): void {
  program
    .command('detect')
    .description('what this machine has: GPUs, free memory and who holds the rest, host, checks')
    .option('--measure', 'measure bandwidths and the matrix rate of idle GPUs: about 10 s and 1 GiB of each')
    .option('--force', 'with --measure: also GPUs on which others work')
    .option('--cuda-libs <dir>', 'a Python environment or folder with cuBLAS and cuDNN')
    .addOption(dataOption())
    .option('--json', 'print the machine as JSON and nothing else on standard output')
    .action(async (flags: DetectFlags) => onExit(await run(flags)));
}

/** @throws UsageError where nothing is measured that could be forced, and as `detectMachine` */
async function run({ cudaLibs, data, measure, force = false, json }: DetectFlags): Promise<number> {
  if (force && !measure) throw new UsageError('--force is for --measure: without it no GPU is used');
  const { signal } = cancelOnSignals(() => {});
  // NVML is read while the rest of this program is loaded.
  const nvmlReader = startReader('nvml-reader');
  const { detectMachine } = await import('../machine/detect.js');
  const machine = await detectMachine({ cudaLibs, data, nvmlReader });
  const measured = measure ? await withMeasured(machine, { cudaLibs, force, signal, onStart: say }) : machine;
  if (json) process.stdout.write(`${JSON.stringify(measured)}\n`);
  else process.stdout.write((await import('../report/terminal-machine.js')).renderMachine(measured));
  return signal.aborted ? exitCodes.cancelled : 0;
}

async function withMeasured(machine: Machine, wanted: RatesWanted): Promise<Machine> {
  const { measureMachine } = await import('../detect-rates.js');
  return measureMachine(machine, wanted);
}

const say = (text: string) => void process.stderr.write(`${text}\n`);
