import { CommanderError } from 'commander';
import { SlurmSilent } from '../cluster/slurm-silent.js';
import { printableText } from '../contract/printable.js';
import type { VerdictStatus } from '../contract/report.js';
import { UsageError } from '../contract/usage-error.js';

/** Exit statuses; fixed, since other people's scripts read them. */
export const exitCodes = {
  go: 0,
  fault: 1,
  usage: 2,
  'no-go': 3,
  'go-with-changes': 4,
  inconclusive: 5,
  cancelled: 130,
} satisfies Record<VerdictStatus | 'fault' | 'usage' | 'cancelled', number>;

/** Prints what went wrong on standard error and says how to exit: 2 for a usage error, 1 for a fault of ours. */
export function reportError(error: unknown): number {
  if (error instanceof CommanderError) {
    // Commander has already said it; help and version are no errors.
    return error.exitCode === 0 ? 0 : exitCodes.usage;
  }
  if (error instanceof UsageError) {
    // What it quotes of a file may hold line breaks, or sequences that move a terminal's cursor.
    process.stderr.write(`preflight: ${printableText(error.message).replace(/\s*\n\s*/g, ' ')}\n`);
    return exitCodes.usage;
  }
  if (error instanceof SlurmSilent) {
    process.stderr.write(`preflight: ${printableText(error.message)}\n`);
    return exitCodes.fault;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`preflight: a fault of this program, please report it: ${text}\n`);
  return exitCodes.fault;
}
