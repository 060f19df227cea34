/** Input that cannot be acted on: its message is one line that says what is wrong and what would be right. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** A device that was asked for, or that auto would take, and cannot be had on this machine. */
export class DeviceError extends UsageError {}
