/** One sample of a Prometheus exposition. */
export interface Metric {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const metricName = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const label = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\"n])*"';
const sample = new RegExp(`^(${metricName})(?:\\{(${label}(?:,${label})*)\\})? (\\S+)$`);

/**
 * Reads Prometheus' text format, version 0.0.4, by its description (prometheus.io, "Exposition formats").
 *
 * @throws Error at the first line that is none of it, a type that is given twice or late, or a series that is there twice
 */
export function parseMetrics(text: string): Metric[] {
  if (!text.endsWith('\n')) throw new Error('the last line must end in a line feed');
  const metrics: Metric[] = [];
  const typed = new Set<string>();
  const series = new Set<string>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const type = new RegExp(`^# TYPE (${metricName}) (counter|gauge|histogram|summary|untyped)$`).exec(line);
    if (type) {
      if (typed.has(type[1]!)) throw new Error(`typed twice: ${type[1]}`);
      typed.add(type[1]!);
      continue;
    }
    if (new RegExp(`^# HELP ${metricName} (?:[^\\\\]|\\\\[\\\\n])*$`).test(line)) continue;
    const found = sample.exec(line);
    if (!found) throw new Error(`no sample: ${line}`);
    const [, name, labels = '', value] = found as unknown as [string, string, string | undefined, string];
    if (!typed.has(name)) throw new Error(`without a type: ${name}`);
    if (series.has(`${name}${labels}`)) throw new Error(`there twice: ${line}`);
    series.add(`${name}${labels}`);
    metrics.push({ name, labels: readLabels(labels), value: readValue(value) });
  }
  return metrics;
}

function readLabels(text: string): Record<string, string> {
  const pairs = text.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"/g);
  return Object.fromEntries(
    [...pairs].map(([, name, value]) => [
      name!,
      value!.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped)),
    ]),
  );
}

function readValue(text: string): number {
  if (/^[+-]?Inf$|^NaN$/.test(text)) return Number(text.replace('Inf', 'Infinity'));
  const value = Number(text);
  if (Number.isNaN(value)) throw new Error(`no number: ${text}`);
  return value;
}
