import type { Command } from 'commander';
import { renderMachine } from '../report/terminal-machine.js';
import { cancelOnSignals } from './cancel.js';
import { detect } from './detect.js';
import { exitCodes } from './exit.js';
import { dataOption } from './options.js';

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

async function run({ cudaLibs, data, measure = false, force = false, json }: DetectFlags): Promise<number> {
  const cancel = cancelOnSignals(() => {});
  const machine = await detect({
    cudaLibs,
    data,
    measure,
    force,
    signal: cancel.signal,
    onStart: (text) => process.stderr.write(`${text}\n`),
  });
  process.stdout.write(json ? `${JSON.stringify(machine)}\n` : renderMachine(machine));
  return cancel.signal.aborted ? exitCodes.cancelled : 0;
}
