import { isUnavailable, type Reading } from '../../src-main/contract/evidence.js';
import { formatCount, formatPercent, gib, secondsColumn } from '../../src-main/contract/format.js';
import type { Probe, ProbeMemory } from '../../src-main/contract/probe.js';
import { conditionWords, slowedBy } from './condition-words.js';
import { said } from './machine-words.js';

/** A column of the table of probes. */
export interface Column {
  name: string;
  /** Words stand at the left and may break; figures stand at the right. */
  words?: boolean;
  read(probe: Probe): Reading<string>;
  /** Whether a cell is marked as one to look at. */
  stands?(probe: Probe): boolean;
}

/** Memory, time, and how the GPU fared where it was sampled; nodes off the provider where there are some. */
export function columnsFor(probes: readonly Probe[]): Column[] {
  const medians = probes.flatMap(({ time }) => (isUnavailable(time) ? [] : [time.medianSeconds]));
  const { unit, format } = secondsColumn(medians);
  const memory = (name: string, key: keyof ProbeMemory): Column => ({
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
    ...(sampled ? conditionWords.map(conditionColumn) : []),
    ...(off ? [{ name: 'off provider', words: true, read: offProvider }] : []),
  ];
}

function conditionColumn({ name, head, read }: (typeof conditionWords)[number]): Column {
  const column: Column = {
    name: head,
    read: ({ conditions }) => (isUnavailable(conditions) ? conditions : read(conditions)),
  };
  if (name !== 'held down by') return column;
  return { ...column, words: true, stands: (probe) => slowedBy(probe).length > 0 };
}

const offProvider = ({ nodesOffProvider }: Probe) =>
  nodesOffProvider.length > 0 ? nodesOffProvider.join(', ') : 'none';

/** Why single readings are missing, each reason once: a dense table names them below itself, by number. */
export function missingReasons(probes: readonly Probe[], columns: readonly Column[]): string[] {
  const readings = probes
    .filter((probe) => !hasNothing(probe))
    .flatMap((probe) => columns.map((each) => each.read(probe)));
  return [...new Set(readings.flatMap((reading) => (isUnavailable(reading) ? [reading.unavailable] : [])))];
}

/** Of a probe that did not end well there is nothing but its cause. */
export function hasNothing(probe: Probe): boolean {
  return isUnavailable(probe.memory) && isUnavailable(probe.time);
}
