import { isUnavailable } from '../../src-main/contract/evidence.js';
import { formatCount, formatPercent, gib, secondsColumn } from '../../src-main/contract/format.js';
import type { Probe, ProbeMemory } from '../../src-main/contract/probe.js';
import type { Column } from './columns.js';
import { conditionColumns } from './condition-words.js';
import { said } from './machine-words.js';

/** Memory, time, and how the GPU fared where it was sampled; nodes off the provider where there are some. */
export function columnsFor(probes: readonly Probe[]): Column<Probe>[] {
  const medians = probes.flatMap(({ time }) => (isUnavailable(time) ? [] : [time.medianSeconds]));
  const { unit, format } = secondsColumn(medians);
  const memory = (name: string, key: keyof ProbeMemory): Column<Probe> => ({
    name,
    read: (probe) =>
      isUnavailable(probe.memory) ? probe.memory : said(probe.memory[key], (bytes) => gib(bytes, 2)),
  });
  const sampled = probes.some(({ conditions }) => !isUnavailable(conditions));
  const off = probes.some(({ nodesOffProvider }) => nodesOffProvider.length > 0);
  return [
    memory('live', 'liveBytes'),
    memory('in use', 'inUseBytes'),
    memory('held', 'heldBytes'),
    memory('device', 'deviceBytes'),
    memory('saved', 'savedForBackwardBytes'),
    {
      name: `median ${unit}`,
      read: ({ time }) => (isUnavailable(time) ? time : format(time.medianSeconds)),
    },
    { name: '± spread', read: ({ time }) => (isUnavailable(time) ? time : formatPercent(time.spread, 1)) },
    { name: 'tokens/s', read: ({ tokensPerSecond }) => said(tokensPerSecond, formatCount) },
    { name: 'TFLOP/s', read: ({ tflops }) => said(tflops, (rate) => rate.toFixed(rate < 10 ? 2 : 0)) },
    ...(sampled ? conditionColumns : []),
    ...(off ? [{ name: 'off provider', words: true, read: offProvider }] : []),
  ];
}

const offProvider = ({ nodesOffProvider }: Probe) =>
  nodesOffProvider.length > 0 ? nodesOffProvider.join(', ') : 'none';

/** Of a probe that did not end well there is nothing but its cause. */
export function hasNothing(probe: Probe): boolean {
  return isUnavailable(probe.memory) && isUnavailable(probe.time);
}
