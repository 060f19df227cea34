/** Input that cannot be acted on: its message is one line that says what is wrong and what would be right. */
export class UsageError extends Error {
  override name = 'UsageError';

  constructor(message: string, options?: ErrorOptions) {
    super(shortened(message), options);
  }
}

/** Without the length of what it quotes, which may be anything that was pasted: one line has to say what would be right. */
function shortened(message: string): string {
  return message.replace(/"([^"]{100})[^"]{60,}"/g, '"$1…"');
}

/** A device that was asked for, or that auto would take, and cannot be had on this machine. */
export class DeviceError extends UsageError {}
