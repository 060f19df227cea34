/**
 * Counts from Vitest's JSON report. A file that could not be loaded has no tests to count, and an error outside
 * any test fails the run alone: each is one failure. `report` is undefined where Vitest died before writing it.
 */
export function countVitest(report, exitCode) {
  if (report === undefined)
    return { passed: 0, failed: 1, skipped: 0, notes: ['Vitest ended without a result'] };
  const counts = { passed: 0, failed: 0, skipped: 0, notes: [] };
  for (const file of report.testResults ?? []) {
    const tests = file.assertionResults ?? [];
    const failedTests = tests.filter(({ status }) => status === 'failed').length;
    counts.passed += tests.filter(({ status }) => status === 'passed').length;
    counts.failed += failedTests;
    counts.skipped += tests.filter(({ status }) => status !== 'passed' && status !== 'failed').length;
    if (file.status === 'failed' && failedTests === 0) {
      counts.failed += 1;
      counts.notes.push(`${file.name}: ${(file.message ?? '').split('\n')[0] || 'could not be run'}`);
    }
  }
  if (exitCode !== 0 && counts.failed === 0) {
    counts.failed += 1;
    counts.notes.push(
      `Vitest ended with ${exitCode} though no test failed: an error outside the tests, or none ran`,
    );
  }
  if (exitCode === 0 && counts.passed + counts.failed === 0) {
    counts.failed += 1;
    counts.notes.push('Vitest ran no test');
  }
  return counts;
}

/** The last line of `npm test`. */
export function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Nothing that failed and nothing that ran are both no success. */
export function exitStatus({ passed, failed }) {
  return failed > 0 || passed === 0 ? 1 : 0;
}
