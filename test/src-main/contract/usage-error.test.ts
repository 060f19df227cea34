import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src-main/contract/usage-error.js';

describe('a usage error', () => {
  it('quotes what is short as it is, and of what was pasted the beginning', () => {
    expect(new UsageError('--frames must be a whole number, not "nine"').message).toBe(
      '--frames must be a whole number, not "nine"',
    );
    const long = new UsageError(`"${'9'.repeat(1e6)}" is not a memory size; write 24GiB, say`).message;
    expect(long).toBe(`"${'9'.repeat(100)}…" is not a memory size; write 24GiB, say`);
  });
});
