/** What the set-up has to say goes to standard error: standard output belongs to `--json`. */
export function say(line) {
  process.stderr.write(`preflight: ${line}\n`);
}

/** Ends the program with one clear line, and below it the end of a log where there is one. */
export class SetupError extends Error {
  constructor(message, log = '') {
    super(message);
    this.name = 'SetupError';
    this.log = log;
  }
}

/** The last lines of a log, without colours, blank lines and the frames of a stack. */
export function tail(text, lines = 15) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ANSI colours begin with an escape character
  const plain = text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '').split(/\r?\n/);
  return plain
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !/^\s+at .+:\d+:\d+\)?$/.test(line))
    .slice(-lines)
    .join('\n');
}

/** Reports a failed set-up and answers the exit status. Anything unforeseen keeps its stack. */
export function report(error) {
  if (!(error instanceof SetupError)) {
    process.stderr.write(`${error?.stack ?? error}\n`);
    return 1;
  }
  say(error.message);
  if (error.log !== '') process.stderr.write(`${tail(error.log).replace(/^/gm, '  | ')}\n`);
  return 1;
}
