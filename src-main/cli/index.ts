import { Command } from 'commander';
import { tool } from '../contract/tool.js';
import { UsageError } from '../contract/usage-error.js';
import { exitCodes, reportError } from './exit.js';

const args = process.argv.slice(2);
const program = new Command('preflight')
  .description('Measure a real Open-Sora step on this machine and answer go or no-go before a long run.')
  .version(tool.version)
  .showSuggestionAfterError()
  // One line: what Commander suggests stands in a line of its own.
  .configureOutput({
    outputError: (text, write) =>
      write(`${text.replace(/^error: /, 'preflight: ').replace(/\s*\n\s*(?=\S)/g, ' ')}`),
  })
  .exitOverride();

const setExit = (code: number) => {
  process.exitCode = code;
};
/** Only what is asked for is loaded: `detect` has answered before all of `run` would be read. */
const commands: Readonly<Record<string, () => Promise<void>>> = {
  detect: async () => (await import('./detect-command.js')).addDetect(program, setExit),
  run: async () => (await import('./run-command.js')).addRun(program, args, setExit),
  plan: async () => (await import('./plan-command.js')).addPlan(program, args, setExit),
  measure: async () => (await import('./measure-command.js')).addMeasure(program, setExit),
  export: async () => (await import('./export-command.js')).addExport(program, setExit),
  compare: async () => (await import('./compare-command.js')).addCompare(program, setExit),
  qualify: async () => (await import('./qualify-command.js')).addQualify(program, args, setExit),
  history: async () => (await import('./history-command.js')).addHistory(program, setExit),
  serve: async () => (await import('./serve-command.js')).addServe(program, setExit),
  cluster: async () => (await import('./cluster-command.js')).addCluster(program, args, setExit),
};
const asked = args[0] !== undefined && Object.hasOwn(commands, args[0]) ? [args[0]] : Object.keys(commands);
for (const name of asked) await commands[name]!();
// Sub-commands are made with the settings above in force only where they are copied.
for (const command of program.commands) command.copyInheritedSettings(program);

// A reader that stops early (`| head`) and a terminal that was closed are no faults: a run still writes its report.
process.stderr.on('error', () => {});
process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE' || code === 'EIO') return;
  process.stderr.write(`preflight: cannot write to standard output: ${message}\n`);
  process.exitCode = exitCodes.fault;
});

try {
  refuseControlCharacters(args);
  await program.parseAsync(args, { from: 'user' });
} catch (error) {
  process.exitCode = reportError(error);
}

/** They would break a message of one line, or move a terminal's cursor. @throws UsageError */
function refuseControlCharacters(given: readonly string[]): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  const bad = given.find((arg) => /[\u0000-\u001f\u007f]/.test(arg));
  if (bad !== undefined)
    throw new UsageError(
      `an argument holds a line break or another control character: ${JSON.stringify(bad)}`,
    );
}
