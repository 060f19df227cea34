import type { Command } from 'commander';
import { blockKindSchema } from '../contract/target.js';
import { renderProbe } from '../report/terminal-probe.js';
import { cancelOnSignals } from './cancel.js';
import { exitCodes } from './exit.js';
import { measure } from './measure.js';
import { deviceOption, readBlock, readDevice, targetFlags, withTarget } from './options.js';

interface MeasureOptions {
  block?: string;
  task?: string;
  device: string;
  checkpoint?: true;
  optimizer: boolean;
  structural?: true;
  cudaLibs?: string;
  json?: true;
}

/** `preflight measure`: one probe of one block. */
export function addMeasure(program: Command, onExit: (code: number) => void): void {
  withTarget(
    program.command('measure').description('measure one block at one shape, or answer from its graph'),
  )
    .option('--block <kind>', blockKindSchema.options.join(', '))
    .addOption(deviceOption())
    .option('--checkpoint', 'recompute the block in the backward from its input')
    .option('--no-optimizer', 'forward and backward without AdamW, as in an accumulation step')
    .option('--structural', 'answer from the graph alone, for any type, running nothing')
    .option('--cuda-libs <dir>', 'a Python environment or folder with cuBLAS and cuDNN')
    .option('--json', 'print the probe as JSON and nothing else on standard output')
    .action(async (options: MeasureOptions) => onExit(await run(options)));
}

async function run(options: MeasureOptions): Promise<number> {
  const block = readBlock(options.block);
  const cancel = cancelOnSignals(() => {});
  const probe = await measure({
    flags: targetFlags({ ...options, task: options.task ?? 'train' }),
    block,
    device: readDevice(options.device),
    checkpoint: options.checkpoint ?? false,
    optimizer: options.optimizer,
    structural: options.structural ?? false,
    cudaLibs: options.cudaLibs,
    signal: cancel.signal,
    onStart: (text) => process.stderr.write(`${text}\n`),
  });
  process.stdout.write(options.json ? `${JSON.stringify(probe)}\n` : renderProbe(probe));
  return probe.status === 'cancelled' ? exitCodes.cancelled : 0;
}
