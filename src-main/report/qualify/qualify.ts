import type { Baseline } from '../../contract/baseline.js';
import { isUnavailable, unavailable } from '../../contract/evidence.js';
import { countNames } from '../../contract/gpu-names.js';
import type { JudgedMachine, Rule } from '../../contract/qualification.js';
import type { Report } from '../../contract/report.js';
import { UsageError } from '../../contract/usage-error.js';
import { leafDifferences } from '../run-identity.js';
import { checkRules, verdictOrder } from './checks.js';
import { usableGpuNames } from './figures.js';
import { pointRules } from './point-rules.js';

/** What of a report is judged; a machine that could not be measured at all has these too. */
export type Judged = Pick<
  Report,
  | 'id'
  | 'integrity'
  | 'createdAt'
  | 'state'
  | 'target'
  | 'profile'
  | 'device'
  | 'judgedGpu'
  | 'machine'
  | 'probes'
  | 'verdict'
>;

/** Share by which a figure may be worse than the baseline's median. */
export const defaultTolerance = 0.05;

/**
 * Judges a machine by its report: every rule with value, limit and margin. It qualifies where no rule fails.
 *
 * @param tolerance share by which throughput may fall below the baseline's median and memory exceed it
 * @param name of the report, for the message
 * @throws UsageError where the report is of another target, profile or judged GPU than the baseline: not the machine is
 *   wrong then, but the file
 */
export function qualify(
  report: Judged,
  baseline: Baseline,
  tolerance = defaultTolerance,
  name = 'the report',
): JudgedMachine {
  refuseAnother(report, baseline, name);
  const rules = [
    ...machineRules(report, baseline),
    ...pointRules(report.probes, baseline, tolerance),
    ...checkRules(report.machine.checks, baseline),
  ];
  return {
    report: { id: report.id, createdAt: report.createdAt },
    hostname: report.machine.host.hostname,
    gpus: usableGpuNames(report.machine.gpus),
    qualified: rules.every(({ status }) => status !== 'fail'),
    rules,
    trend: unavailable('no earlier runs were looked at'),
  };
}

/** @throws UsageError where a run is not that of the baseline */
export function refuseAnother(
  { target, profile, judgedGpu }: Pick<Judged, 'target' | 'profile' | 'judgedGpu'>,
  baseline: Baseline,
  name: string,
): void {
  const differences = leafDifferences(
    { target, profile, judgedGpu },
    { target: baseline.target, profile: baseline.profile, judgedGpu: null },
  );
  if (differences.length === 0) return;
  throw new UsageError(
    `${name} is of another run than the baseline: ${differences.slice(0, 3).join('; ')}; measure the baseline's own with \`preflight qualify --baseline\``,
  );
}

/** The run as a whole, and the machine that it ran on. */
function machineRules(report: Judged, baseline: Baseline): Rule[] {
  const { state, device, machine, verdict } = report;
  const gpus = usableGpuNames(machine.gpus);
  const allowed = verdictOrder.slice(0, verdictOrder.indexOf(baseline.verdict) + 1);
  return [
    integrityRule(report),
    wordRule('complete', state, 'complete', state === 'complete', `the run is ${state}`),
    wordRule(
      'device',
      device.used,
      baseline.device,
      device.used === baseline.device,
      device.used === 'none'
        ? `nothing was measured: ${device.reason}`
        : `measured on ${device.used} (${device.reason}), the baseline on ${baseline.device}`,
    ),
    wordRule(
      'gpus',
      counted(gpus),
      counted(baseline.gpus),
      gpus.join('\n') === baseline.gpus.toSorted().join('\n'),
      `${counted(gpus)}; the baseline has ${counted(baseline.gpus)}`,
    ),
    wordRule(
      'verdict',
      verdict.status,
      allowed.join(', '),
      allowed.includes(verdict.status),
      `${verdict.status}, the baseline ${baseline.verdict}`,
    ),
  ];
}

/** Of an old schema it is not known whether a report was edited, which is no reason to fail a machine. */
function integrityRule({ integrity }: Judged): Rule {
  if (!isUnavailable(integrity))
    return wordRule('integrity', integrity, 'intact', integrity === 'intact', `the report is ${integrity}`);
  const text = `whether the report was edited is not known: ${integrity.unavailable}`;
  return { ...wordRule('integrity', 'not known', 'intact', true, text), status: 'look' };
}

const counted = (names: readonly string[]) => countNames(names) || 'no GPU';

function wordRule(id: string, value: string, limit: string, passes: boolean, text: string): Rule {
  return {
    id,
    point: null,
    status: passes ? 'pass' : 'fail',
    value,
    limit,
    margin: unavailable('no number'),
    text,
  };
}
