import { Gauge, Registry } from 'prom-client';
import { known } from '../../contract/evidence.js';
import { printable } from '../../contract/printable.js';
import type { Point } from '../../contract/probe.js';
import type { JudgedMachine, Qualification, Rule } from '../../contract/qualification.js';

const pointLabels = [
  'model',
  'block',
  'task',
  'dtype',
  'resolution',
  'frames',
  'batch',
  'checkpoint',
  'optimizer',
] as const satisfies readonly (keyof Point)[];

/**
 * A qualification in Prometheus' text format, for the textfile collector of node_exporter or a gateway. Of several reports
 * of one machine the newest counts, since a series has one value.
 */
export async function renderPrometheus(qualification: Qualification): Promise<string> {
  const { machines } = printable(qualification);
  const registry = new Registry();
  const gauge = (name: string, help: string, labels: readonly string[] = []) =>
    new Gauge({ name, help, labelNames: ['host', ...labels], registers: [registry] });
  const qualified = gauge('preflight_qualified', 'Whether the machine qualifies: 1, or 0.');
  const measured = gauge(
    'preflight_report_timestamp_seconds',
    'When the report that was judged was made, in seconds since 1970.',
  );
  const rules = gauge('preflight_rules', 'Rules by how they came out.', ['status']);
  const check = gauge('preflight_check_status', 'The status that a health check came to.', [
    'check',
    'status',
  ]);
  const figures = {
    throughput: gauge('preflight_tokens_per_second', 'Throughput of one block.', pointLabels),
    throughputLimit: gauge('preflight_tokens_per_second_limit', 'The least that qualifies.', pointLabels),
    memory: gauge('preflight_memory_bytes', 'Peak memory of one block.', pointLabels),
    memoryLimit: gauge('preflight_memory_limit_bytes', 'The most that qualifies.', pointLabels),
  };
  for (const machine of newestOfEach(machines)) {
    const host = machine.hostname;
    qualified.set({ host }, machine.qualified ? 1 : 0);
    measured.set({ host }, Date.parse(machine.report.createdAt) / 1000);
    for (const status of ['pass', 'fail', 'look', 'not-tested'] as const)
      rules.set({ host, status }, machine.rules.filter((rule) => rule.status === status).length);
    for (const rule of machine.rules) {
      if (rule.id.startsWith('check:'))
        check.set({ host, check: rule.id.slice('check:'.length), status: rule.status }, 1);
      if (rule.id === 'throughput') setFigure(host, rule, figures.throughput, figures.throughputLimit);
      if (rule.id === 'memory') setFigure(host, rule, figures.memory, figures.memoryLimit);
    }
  }
  return registry.metrics();
}

function newestOfEach(machines: readonly JudgedMachine[]): JudgedMachine[] {
  const byHost = new Map<string, JudgedMachine>();
  for (const machine of machines) {
    const before = byHost.get(machine.hostname);
    if (before === undefined || before.report.createdAt <= machine.report.createdAt)
      byHost.set(machine.hostname, machine);
  }
  return [...byHost.values()];
}

/** A figure that was not read has no series, and the rule's failure is counted above. */
function setFigure(host: string, { point, value, limit }: Rule, of: Gauge, ofLimit: Gauge): void {
  if (point === null) return;
  const labels = { host, ...Object.fromEntries(pointLabels.map((name) => [name, String(point[name])])) };
  const number = known(value);
  if (typeof number === 'number') of.set(labels, number);
  if (typeof limit === 'number') ofLimit.set(labels, limit);
}
