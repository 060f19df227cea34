import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../../src-main/contract/usage-error.js';
import { renderJUnit } from '../../../../src-main/report/qualify/junit.js';
import { makeBaseline } from '../../../../src-main/report/qualify/make-baseline.js';
import { renderPrometheus } from '../../../../src-main/report/qualify/prometheus.js';
import { qualification } from '../../../../src-main/report/qualify/qualification.js';
import { parseBaseline } from '../../../../src-main/report/qualify/read-baseline.js';
import { renderQualification } from '../../../../src-main/report/qualify/terminal-qualify.js';
import { labReport } from '../../../fixtures/lab-reports.js';
import { parseMetrics } from '../../../support/prometheus-text.js';

const report = labReport();
const baseline = makeBaseline([{ name: 'a', report }]);
const text = JSON.stringify(baseline);

type Path = (string | number)[];
const strange = [
  null,
  true,
  -1,
  0,
  1e308,
  5e-324,
  '',
  '\u0000\u001b[2J<script>',
  'x'.repeat(1e5),
  [],
  {},
  [[]],
  { unavailable: '' },
];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, child]) => pathsOf(child, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

describe('a baseline that was changed in one place', () => {
  // Every place is taken with some of the strange values, in turn.
  const changes = pathsOf(baseline).flatMap((path, index) =>
    [0, 5].map((shift) => ({ path, by: strange[(index + shift) % strange.length] })),
  );

  it(`gives a result or one line, ${changes.length} times`, async () => {
    let judged = 0;
    for (const { path, by } of changes) {
      try {
        const read = parseBaseline(JSON.stringify(replaced(baseline, path, by)), 'b.json');
        const result = qualification(
          [{ name: 'r.json', report, trend: { unavailable: 'none' } }],
          read,
          0.05,
        );
        renderQualification(result, { color: false, width: 80 });
        renderJUnit(result);
        parseMetrics(await renderPrometheus(result));
        judged += 1;
      } catch (error) {
        expect(error, path.join('.')).toBeInstanceOf(UsageError);
        expect((error as Error).message).not.toContain('\n');
      }
    }
    expect(judged).toBeGreaterThan(20);
  });

  it('gives one line wherever it is cut', () => {
    for (let at = 0; at < text.length - 1; at += 37)
      expect(() => parseBaseline(text.slice(0, at), 'b.json')).toThrow(UsageError);
  });
});
