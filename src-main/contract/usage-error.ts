/** Input that cannot be acted on: its message is one line that says what is wrong and what would be right. */
export class UsageError extends Error {
  override name = 'UsageError';
}
