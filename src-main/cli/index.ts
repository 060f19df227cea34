import { Command } from 'commander';
import { tool } from '../contract/tool.js';
import { addDetect } from './detect-command.js';
import { reportError } from './exit.js';
import { addMeasure } from './measure-command.js';
import { addRun } from './run-command.js';

const args = process.argv.slice(2);
const program = new Command('preflight')
  .description('Measure a real Open-Sora step on this machine and answer go or no-go before a long run.')
  .version(tool.version)
  .showSuggestionAfterError()
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'preflight: ')) })
  .exitOverride();

const setExit = (code: number) => {
  process.exitCode = code;
};
addDetect(program, setExit);
addRun(program, args, setExit);
addMeasure(program, setExit);
// Sub-commands are made with the settings above in force only where they are copied.
for (const command of program.commands) command.copyInheritedSettings(program);

// A reader that stops early (`| head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

try {
  await program.parseAsync(args, { from: 'user' });
} catch (error) {
  process.exitCode = reportError(error);
}
