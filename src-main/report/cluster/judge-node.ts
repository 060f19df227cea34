import { headlineText, verdictWords } from '../../../src-renderer/report/words.js';
import type { Baseline } from '../../contract/baseline.js';
import { formatDate, formatPercent } from '../../contract/format.js';
import type { Report } from '../../contract/report.js';
import { qualify } from '../qualify/qualify.js';

/** By what a node's report qualifies it: the rule in words, and what it says of a report. */
export interface Judge {
  rule: string;
  /** @throws UsageError where the rule is not about such a report */
  of(report: Report): { qualified: boolean; why: string };
}

/**
 * By the report alone: a go, with changes or without, and no failed check. What was not tested is no pass, so an
 * inconclusive verdict, as of a dry run on the CPU, does not qualify.
 */
export const judgeByVerdict: Judge = {
  rule: 'the verdict is go or go with changes, and no check of the machine fails',
  of({ verdict, machine }) {
    const { word } = verdictWords[verdict.status];
    const headline = `${word}: ${headlineText(verdict)}`;
    if (verdict.status === 'no-go' || verdict.status === 'inconclusive')
      return { qualified: false, why: headline };
    const failed = machine.checks.filter(({ status }) => status === 'fail').map(({ text }) => text);
    return failed.length > 0
      ? { qualified: false, why: `${word}, but a check fails: ${failed.join('; ')}` }
      : { qualified: true, why: headline };
  },
};

/**
 * By a baseline of known-good machines, which decides alone: what of them was inconclusive may be so here too.
 * @param tolerance share by which figures may be worse than the baseline's
 */
export function judgeByBaseline(baseline: Baseline, tolerance: number): Judge {
  return {
    rule: `no rule of the baseline of ${formatDate(baseline.createdAt)} fails, with a tolerance of ${formatPercent(tolerance)}`,
    of(report) {
      const { qualified, rules } = qualify(report, baseline, tolerance);
      const failed = rules.filter(({ status }) => status === 'fail');
      const passed = rules.filter(({ status }) => status === 'pass').length;
      if (qualified) return { qualified, why: `${passed} of ${rules.length} rules pass and none fails` };
      return { qualified, why: `against the baseline: ${failed.map(({ text }) => text).join('; ')}` };
    },
  };
}
