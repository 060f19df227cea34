import type { Baseline } from '../../contract/baseline.js';
import { unavailable } from '../../contract/evidence.js';
import type { Check } from '../../contract/machine.js';
import type { Rule } from '../../contract/qualification.js';
import type { VerdictStatus } from '../../contract/report.js';

type Status = Check['status'];

/** Verdicts from the best to the worst. */
export const verdictOrder: readonly VerdictStatus[] = ['go', 'go-with-changes', 'inconclusive', 'no-go'];

/** Of known-good machines the worst status is what others are allowed; one that was not tested says least. */
const leniency: readonly Status[] = ['pass', 'look', 'not-tested', 'fail'];
export const byLeniency = (a: Status, b: Status) => leniency.indexOf(a) - leniency.indexOf(b);

/** Whether a check is a rule: that there is no GPU says nothing against a machine that is measured on its CPU. */
export const isJudged = (id: string, device: string) => !(device === 'cpu' && id === 'gpu-present');

/**
 * The health checks as rules: a machine is to be no worse than the baseline's. What fails, fails. A `look` fails where the
 * baseline passed. What was skipped or is missing fails, except where the baseline has not tested it either: that is said
 * and is no pass.
 *
 * @param checks of the machine that is judged
 */
export function checkRules(checks: readonly Check[], baseline: Baseline): Rule[] {
  const judged = checks.filter(({ id }) => isJudged(id, baseline.device));
  const expected = new Map(baseline.checks.map(({ id, status }) => [id, status]));
  const missing = baseline.checks.filter(
    ({ id, status }) => status === 'pass' && !judged.some((check) => check.id === id),
  );
  return [
    ...judged.map((check) => checkRule(check, expected.get(check.id))),
    ...missing.map(({ id }) => rule(id, 'fail', 'missing', 'pass', 'the check was not made here')),
  ];
}

function checkRule({ id, status, text }: Check, expected: Status | undefined): Rule {
  if (status === 'fail') return rule(id, 'fail', status, 'pass', text);
  if (status === 'pass') return rule(id, 'pass', status, 'pass', text);
  if (status === 'look') {
    if (expected !== 'pass') return rule(id, 'look', status, 'pass or look', text);
    return rule(id, 'fail', status, 'pass', `${text}; the baseline passes`);
  }
  if (expected === 'not-tested')
    return rule(id, 'not-tested', status, 'not tested', `${text}; nor is it in the baseline`);
  return rule(id, 'fail', status, expected ?? 'pass', `not tested: ${text}`);
}

function rule(id: string, status: Rule['status'], value: string, limit: string, text: string): Rule {
  return {
    id: `check:${id}`,
    point: null,
    status,
    value,
    limit,
    margin: unavailable('no number'),
    text,
  };
}
