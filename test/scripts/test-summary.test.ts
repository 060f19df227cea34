import { describe, expect, it } from 'vitest';
import { countVitest, exitStatus, summary } from '../../scripts/lib/vitest-result.mjs';

const file = (status: string, ...tests: string[]) => ({
  name: 'a.test.ts',
  status,
  message: 'SyntaxError: no\nmore',
  assertionResults: tests.map((each) => ({ status: each })),
});

describe('counting what Vitest did', () => {
  it('counts each kind', () => {
    const report = {
      testResults: [file('passed', 'passed', 'pending'), file('failed', 'failed', 'passed', 'todo')],
    };
    expect(countVitest(report, 1)).toMatchObject({ passed: 2, failed: 1, skipped: 2, notes: [] });
  });

  it('counts a file that could not be loaded as a failure', () => {
    const { failed, notes } = countVitest({ testResults: [file('failed')] }, 1);
    expect(failed).toBe(1);
    expect(notes).toEqual(['a.test.ts: SyntaxError: no']);
  });

  it('counts a crash, an error outside the tests and an empty run as failures', () => {
    expect(countVitest(undefined, 139).failed).toBe(1);
    expect(countVitest({ testResults: [file('passed', 'passed')] }, 1)).toMatchObject({
      passed: 1,
      failed: 1,
    });
    expect(countVitest({ testResults: [] }, 0).failed).toBe(1);
  });
});

describe('the last line', () => {
  it('names what was skipped only where something was', () => {
    expect(summary({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
    expect(summary({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped');
  });

  it('goes with an exit status that neither a failure nor an empty run passes', () => {
    expect(exitStatus({ passed: 3, failed: 0 })).toBe(0);
    expect(exitStatus({ passed: 3, failed: 1 })).toBe(1);
    expect(exitStatus({ passed: 0, failed: 0 })).toBe(1);
  });
});
