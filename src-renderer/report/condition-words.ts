import { isUnavailable, known, type Reading } from '../../src-main/contract/evidence.js';
import type { Conditions, Probe } from '../../src-main/contract/probe.js';
import { slowingReasons } from '../../src-main/contract/slowing-reasons.js';
import type { Column } from './columns.js';
import { said, whole } from './machine-words.js';

// How a GPU fared while a probe was timed, in words, for the terminal and the page alike.

/** One of the conditions: its name for a line, its head for a column with the unit, and its figure without. */
interface ConditionWord {
  name: string;
  head: string;
  unit: string;
  read(conditions: Conditions): Reading<string>;
}

export const conditionWords: readonly ConditionWord[] = [
  { name: 'power', head: 'W', unit: ' W', read: ({ powerWatts }) => whole(powerWatts) },
  { name: 'SM clock', head: 'SM MHz', unit: ' MHz', read: ({ smMHz }) => whole(smMHz) },
  { name: 'temperature', head: '°C', unit: ' °C', read: ({ gpuCelsius }) => whole(gpuCelsius) },
  {
    name: 'PCIe generation',
    head: 'PCIe gen',
    unit: '',
    read: ({ pcieGeneration }) => whole(pcieGeneration),
  },
  {
    name: 'held down by',
    head: 'held down by',
    unit: '',
    read: ({ throttleReasons }) =>
      said(throttleReasons, (reasons) => (reasons.length === 0 ? 'nothing' : reasons.join(', '))),
  },
];

/** What has a GPU's conditions: a probe, or a device that was rehearsed. */
type Conditioned = Pick<Probe, 'conditions'>;

/** A column for each of the conditions; what held a GPU down, and slowed it, stands out. */
export const conditionColumns: readonly Column<Conditioned>[] = conditionWords.map(
  ({ name, head, read }) => ({
    name: head,
    read: ({ conditions }) => (isUnavailable(conditions) ? conditions : read(conditions)),
    ...(name === 'held down by' && { words: true, stands: (of: Conditioned) => slowedBy(of).length > 0 }),
  }),
);

/** What held the GPU down while it was timed, its own power limit left out, which a full load meets. */
export function slowedBy({ conditions }: Conditioned): string[] {
  return isUnavailable(conditions) ? [] : slowingReasons(known(conditions.throttleReasons) ?? [], undefined);
}

/** `batch 4, 65 frames: software thermal slowdown (512 W, 1,410 MHz, 84 °C)` */
export function slowedLine(probe: Probe): string {
  const { batch, frames } = probe.point;
  const figures = isUnavailable(probe.conditions)
    ? []
    : figuresOf(probe.conditions, ['power', 'SM clock', 'temperature']);
  const beside = figures.length > 0 ? ` (${figures.join(', ')})` : '';
  return `batch ${batch}, ${frames} ${frames === 1 ? 'frame' : 'frames'}: ${slowedBy(probe).join(', ')}${beside}`;
}

/** `690 W 78 °C` for a cell; empty where neither is known. */
export function conditionsBrief({ conditions }: Conditioned): string {
  return isUnavailable(conditions) ? '' : figuresOf(conditions, ['power', 'temperature']).join(' ');
}

function figuresOf(conditions: Conditions, names: readonly string[]): string[] {
  return conditionWords
    .filter(({ name }) => names.includes(name))
    .flatMap(({ read, unit }) => known(said(read(conditions), (text) => `${text}${unit}`)) ?? []);
}
