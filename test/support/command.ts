import { Command } from 'commander';
import { vi } from 'vitest';

/** What a command wrote and how it said to exit. */
export interface CommandEnd {
  out: string;
  error: string;
  code: number | undefined;
}

/**
 * Runs one command of the command line in this process. What it throws is thrown.
 *
 * @param add as the command line adds it
 */
export async function runCommand(
  add: (program: Command, onExit: (code: number) => void) => void,
  args: readonly string[],
): Promise<CommandEnd> {
  const end: CommandEnd = { out: '', error: '', code: undefined };
  const keep = (stream: 'out' | 'error') => (text: string | Uint8Array) => {
    end[stream] += String(text);
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(keep('out')),
    vi.spyOn(process.stderr, 'write').mockImplementation(keep('error')),
  ];
  const program = new Command().exitOverride();
  add(program, (code) => {
    end.code = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return end;
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
