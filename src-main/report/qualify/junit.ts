import XMLBuilder from 'fast-xml-builder';
import { countNames } from '../../contract/gpu-names.js';
import { sizedPointName } from '../../contract/point-key.js';
import { printable } from '../../contract/printable.js';
import type { JudgedMachine, Qualification, Rule } from '../../contract/qualification.js';

type Attributes = Record<`@_${string}`, string | number>;
type Element = Attributes & { [child: string]: Element | Element[] | string | number };

const builder = new XMLBuilder({
  ignoreAttributes: false,
  format: true,
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
});

/**
 * A qualification as JUnit XML, the form that CI systems read (Jenkins' junit-10.xsd): a suite for each machine, a case for
 * each rule. What was not tested is a skipped case; what is to be looked at passes and says so on its standard output.
 */
export function renderJUnit(qualification: Qualification): string {
  const { machines, baseline, tolerance, createdAt } = printable(qualification);
  const suites = machines.map((machine, index) => ({
    ...suiteOf(machine, createdAt),
    '@_id': index,
    properties: {
      property: Object.entries({
        host: machine.hostname,
        gpus: countNames(machine.gpus) || 'none',
        report: machine.report.id,
        measured: machine.report.createdAt,
        baseline: baseline.id,
        tolerance: String(tolerance),
      }).map(([name, value]) => ({ '@_name': name, '@_value': xmlText(value) })),
    },
    testcase: machine.rules.map(caseOf),
  }));
  const all = machines.flatMap(({ rules }) => rules);
  const xml = builder.build({
    '?xml': { '@_version': '1.0', '@_encoding': 'UTF-8' },
    testsuites: {
      '@_name': 'preflight qualify',
      '@_tests': all.length,
      '@_failures': count(all, 'fail'),
      '@_errors': 0,
      testsuite: suites,
    },
  });
  return `${xml.trimEnd()}\n`;
}

function suiteOf({ hostname, rules }: JudgedMachine, createdAt: string): Attributes {
  return {
    '@_name': xmlText(hostname),
    '@_tests': rules.length,
    '@_failures': count(rules, 'fail'),
    '@_errors': 0,
    '@_skipped': count(rules, 'not-tested'),
    // ISO 8601 without a zone, as the schema has it: UTC.
    '@_timestamp': createdAt.slice(0, 19),
    '@_hostname': xmlText(hostname),
  };
}

function caseOf({ id, point, status, text }: Rule): Element {
  const [kind, name] = id.startsWith('check:') ? ['checks', id.slice('check:'.length)] : ['rules', id];
  const found = {
    '@_classname': point === null ? `preflight.${kind}` : `preflight.points.${point.model}.${point.block}`,
    '@_name': xmlText(point === null ? name! : `${name} of ${sizedPointName(point)}`),
  };
  const said = xmlText(text);
  if (status === 'fail')
    return { ...found, failure: { '@_message': said, '@_type': xmlText(id) } } as Element;
  if (status === 'not-tested') return { ...found, skipped: { '@_message': said } } as Element;
  return { ...found, 'system-out': status === 'look' ? `look: ${said}` : said } as Element;
}

const count = (rules: readonly Rule[], status: Rule['status']) =>
  rules.filter((rule) => rule.status === status).length;

/** What XML 1.0 has no way to write (`Char`, section 2.2), halves of a surrogate pair above all. */
const xmlText = (text: string) => text.replace(/[\ufffe\uffff]|\p{Cs}/gu, '\ufffd');
