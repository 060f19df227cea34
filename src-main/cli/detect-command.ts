import type { Command } from 'commander';
import { detectMachine } from '../machine/detect.js';
import { renderMachine } from '../report/terminal-machine.js';
import { dataOption } from './options.js';

/** `preflight detect`: what this machine is. */
export function addDetect(program: Command, onExit: (code: number) => void): void {
  program
    .command('detect')
    .description('what this machine has: GPUs, free memory and who holds the rest, host, checks')
    .option('--cuda-libs <dir>', 'a Python environment or folder with cuBLAS and cuDNN')
    .addOption(dataOption())
    .option('--json', 'print the machine as JSON and nothing else on standard output')
    .action(async ({ json, cudaLibs, data }: { json?: true; cudaLibs?: string; data?: string }) => {
      const machine = await detectMachine({ cudaLibs, data });
      process.stdout.write(json ? `${JSON.stringify(machine)}\n` : renderMachine(machine));
      onExit(0);
    });
}
