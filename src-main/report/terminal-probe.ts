import { conditionWords } from '../../src-renderer/report/condition-words.js';
import { isUnavailable, type Reading } from '../contract/evidence.js';
import { formatGiB, formatPercent, formatSeconds } from '../contract/format.js';
import { printableText } from '../contract/printable.js';
import type { Probe } from '../contract/probe.js';

/** One probe for a terminal of 80 columns: what it is, how it ended, its figures and where they come from. */
export function renderProbe(probe: Probe): string {
  const { point, status, cause, evidence, provider } = probe;
  const on = evidence === 'modelled' ? 'from the graph alone' : `on ${provider}`;
  const lines = [
    `${point.model} ${point.block}, ${point.task}, ${point.dtype}, batch ${point.batch}, ${point.latentFrames} × ${point.rows} × ${point.columns} tokens: ${status} (${evidence}, ${on})`,
    ...(cause ? [`  ${cause}`] : []),
    ...rows(probe).map(([name, value]) => `  ${name.padEnd(26)} ${value}`),
  ];
  return `${lines.map(printableText).join('\n')}\n`;
}

function rows({
  memory,
  time,
  conditions,
  tokensPerSecond,
  tflops,
  flops,
  parameters,
  nodesOffProvider,
}: Probe): [string, string][] {
  const bytes = (value: Reading<number>) => shown(value, formatGiB);
  const list: [string, string][] = [['parameters', parameters.toLocaleString('en')]];
  if (!isUnavailable(memory)) {
    list.push(
      ['live', bytes(memory.liveBytes)],
      ['  of it attention scratch', formatGiB(memory.attentionScratchBytes)],
      ['in use', bytes(memory.inUseBytes)],
      ['held', bytes(memory.heldBytes)],
      ['device', bytes(memory.deviceBytes)],
      ['saved for backward', formatGiB(memory.savedForBackwardBytes)],
      ['weights', formatGiB(memory.parameterBytes)],
      ['optimiser state', formatGiB(memory.optimizerStateBytes)],
    );
  }
  list.push(['operations', `${(flops / 1e12).toPrecision(4)} TFLOP`]);
  if (!isUnavailable(time)) {
    const spread = `± ${formatPercent(time.spread)}, ${time.samples.length} samples`;
    list.push(['time', `${formatSeconds(time.medianSeconds)} (${spread})`]);
    for (const [name, seconds] of Object.entries(time.secondsByOperatorClass))
      list.push([`  ${name}`, formatSeconds(seconds)]);
    if (isUnavailable(conditions)) list.push(['GPU while timed', shown(conditions, String)]);
    else
      for (const { name, read, unit } of conditionWords)
        list.push([name, shown(read(conditions), (text) => `${text}${unit}`)]);
  }
  list.push(['tokens per second', shown(tokensPerSecond, (value) => value.toPrecision(4))]);
  list.push(['TFLOP/s', shown(tflops, (value) => value.toPrecision(3))]);
  if (nodesOffProvider.length > 0) list.push(['nodes off the provider', nodesOffProvider.join(', ')]);
  return list;
}

function shown<T>(value: Reading<T>, format: (known: T) => string): string {
  return isUnavailable(value) ? `unavailable: ${value.unavailable}` : format(value as T);
}
