import { isUnavailable, known, type Reading } from '../../src-main/contract/evidence.js';
import { formatGiB } from '../../src-main/contract/format.js';
import { gpuNames } from '../../src-main/contract/gpu-names.js';
import type { Gpu, GpuDetail } from '../../src-main/contract/machine.js';
import { profileOf } from '../../src-main/contract/process-memory.js';

// A machine in words, for the terminal and the page alike.

/** One reading of a GPU, by the name that a column or a line has. */
interface GpuWord {
  name: string;
  read(detail: GpuDetail): Reading<string>;
}

export const whole = (value: Reading<number>) =>
  said(value, (figure) => Math.round(figure).toLocaleString('en-US'));
export const said = <T>(value: Reading<T>, words: (value: T) => string): Reading<string> =>
  isUnavailable(value) ? value : words(value as T);
/** `345 of 1,980`; alone where the most is not known. */
const ofMost = (now: Reading<number>, most: Reading<number>) =>
  said(whole(now), (text) => (isUnavailable(most) ? text : `${text} of ${known(whole(most))}`));

/** What differs between GPUs: a column each. */
export const gpuColumns: readonly GpuWord[] = [
  { name: 'SM MHz', read: ({ clocks }) => ofMost(clocks.smMHz, clocks.maxSmMHz) },
  { name: 'watts', read: ({ power }) => ofMost(power.drawWatts, power.limitWatts) },
  { name: '°C', read: ({ temperatures }) => ofMost(temperatures.gpuCelsius, temperatures.slowdownCelsius) },
  {
    name: 'PCIe',
    read: ({ pcie }) =>
      said(
        pcie.generation,
        (generation) => `gen ${generation}${known(said(pcie.width, (width) => ` ×${width}`)) ?? ''}`,
      ),
  },
  {
    name: 'NVLink',
    read: ({ nvlinks }) =>
      said(nvlinks, (links) =>
        links.length === 0 ? 'none' : `${links.filter(({ active }) => active).length} of ${links.length}`,
      ),
  },
  {
    name: 'ECC errors',
    read: ({ ecc }) => said(ecc.uncorrected, (errors) => (errors === 0 ? 'none' : String(errors))),
  },
];

/** What changes from one moment to the next: columns on a page, which has the room, and lines on a terminal. */
const gpuMoments: readonly GpuWord[] = [
  { name: 'State', read: ({ performanceState }) => performanceState },
  { name: 'Busy', read: ({ utilization }) => said(utilization.gpuPercent, (percent) => `${percent} %`) },
  {
    name: 'Held down by',
    read: ({ throttleReasons }) =>
      said(throttleReasons, (reasons) => (reasons.length === 0 ? 'nothing' : reasons.join(', '))),
  },
];

/** How GPUs fare, in a page's columns. */
export const gpuPageColumns: readonly GpuWord[] = [...gpuColumns, ...gpuMoments];

/** How GPUs are set: mostly alike on all, so a line each. */
const gpuSettings: readonly GpuWord[] = [
  { name: 'Generation', read: ({ generation }) => generation },
  { name: 'Kept by the driver', read: ({ reservedBytes }) => said(reservedBytes, formatGiB) },
  {
    name: 'Memory clock',
    read: ({ clocks }) => said(ofMost(clocks.memoryMHz, clocks.maxMemoryMHz), (text) => `${text} MHz`),
  },
  {
    name: 'Power by default',
    read: ({ power }) => said(whole(power.defaultLimitWatts), (text) => `${text} W`),
  },
  {
    name: 'Shuts down at',
    read: ({ temperatures }) => said(whole(temperatures.shutdownCelsius), (text) => `${text} °C`),
  },
  {
    name: 'PCIe at most',
    read: ({ pcie }) =>
      said(
        pcie.maxGeneration,
        (generation) =>
          `generation ${generation}${known(said(pcie.maxWidth, (width) => ` ×${width}`)) ?? ''}`,
      ),
  },
  {
    name: 'ECC',
    read: ({ ecc }) =>
      said(ecc.enabled, (on) =>
        on ? `on${known(said(ecc.corrected, (errors) => `, ${errors} corrected`)) ?? ''}` : 'off',
      ),
  },
  {
    name: 'Retired pages',
    read: ({ retiredPages, retiredPagesPending }) =>
      said(
        whole(retiredPages),
        (pages) => `${pages}${known(retiredPagesPending) ? ', more wait for a reset' : ''}`,
      ),
  },
  {
    name: 'Remapped rows',
    read: ({ remappedRows }) =>
      said(remappedRows, ({ correctable, uncorrectable, pending, failed }) =>
        [
          String(correctable + uncorrectable),
          ...(pending ? ['one waits for a reset'] : []),
          ...(failed ? ['one failed'] : []),
        ].join(', '),
      ),
  },
  { name: 'MIG', read: migWords },
  { name: 'Persistence', read: ({ persistence }) => said(persistence, onOff) },
  { name: 'Compute mode', read: ({ computeMode }) => computeMode },
  {
    name: 'Display',
    read: ({ displayAttached }) => said(displayAttached, (attached) => (attached ? 'attached' : 'none')),
  },
  { name: 'Virtual', read: ({ virtualization }) => virtualization },
  { name: 'Confidential', read: ({ confidentialCompute }) => said(confidentialCompute, onOff) },
  { name: 'NUMA node', read: ({ numaNode }) => whole(numaNode) },
];

const onOff = (on: boolean) => (on ? 'on' : 'off');

function migWords({ mig }: GpuDetail): Reading<string> {
  return said(mig.enabled, (enabled) => {
    if (!enabled) return 'off';
    const names = known(mig.instances)?.map(profileOf);
    return names === undefined ? 'on' : `on: ${names.length === 0 ? 'no instance' : names.join(', ')}`;
  });
}

/** A column's reading of one GPU. */
export function columnOf(gpu: Gpu, { read }: GpuWord): Reading<string> {
  return isUnavailable(gpu.detail) ? gpu.detail : read(gpu.detail);
}

/** A name and its value for a line. */
export type Line = readonly [name: string, text: string];

/** Settings and the moment's readings, once where all GPUs are alike, else with the GPUs that have each. */
export const terminalLines = (gpus: readonly Gpu[]) => linesOf(gpus, [...gpuMoments, ...gpuSettings]);

/** Settings alone, for where the moment's readings have columns. */
export const settingLines = (gpus: readonly Gpu[]) => linesOf(gpus, gpuSettings);

function linesOf(gpus: readonly Gpu[], shown: readonly GpuWord[]): Line[] {
  const driver = (gpu: Gpu) => joined([gpu.driverVersion, said(gpu.cudaVersion, (cuda) => `CUDA ${cuda}`)]);
  const words: (readonly [string, (gpu: Gpu) => Reading<string>])[] = [
    ['Driver', driver],
    ['Compute capability', (gpu) => gpu.computeCapability],
    ...shown.map((setting) => [setting.name, (gpu: Gpu) => columnOf(gpu, setting)] as const),
  ];
  return words.flatMap(([name, read]): Line[] => {
    const byText = new Map<string, Gpu[]>();
    for (const gpu of gpus) {
      const text = known(read(gpu));
      if (text !== undefined) byText.set(text, [...(byText.get(text) ?? []), gpu]);
    }
    if (byText.size === 0) return [];
    const [first] = byText;
    if (byText.size === 1 && first![1].length === gpus.length) return [[name, first![0]]];
    return [[name, [...byText].map(([text, having]) => `${text} (${gpuNames(having)})`).join('; ')]];
  });
}

function joined(parts: Reading<string>[]): Reading<string> {
  const texts = parts.flatMap((part) => known(part) ?? []);
  return texts.length > 0 ? texts.join(', ') : parts[0]!;
}

/** What could not be read of GPUs, by reason: NVML's error without the call that gave it. */
export function unreadOfGpus(gpus: readonly Gpu[]): Line[] {
  const groups = new Map<string, Map<string, Gpu[]>>();
  const add = (reason: string, name: string, gpu: Gpu) => {
    const names = groups.get(reason) ?? new Map<string, Gpu[]>();
    groups.set(reason, names.set(name, [...(names.get(name) ?? []), gpu]));
  };
  for (const gpu of gpus) {
    if (isUnavailable(gpu.detail)) add(withoutCall(gpu.detail), 'how it is set and fares', gpu);
    else {
      for (const word of [...gpuPageColumns, ...gpuSettings]) {
        const value = word.read(gpu.detail);
        if (isUnavailable(value)) add(withoutCall(value), word.name, gpu);
      }
    }
    if (isUnavailable(gpu.processes)) add(withoutCall(gpu.processes), 'processes', gpu);
  }
  return [...groups].map(([reason, names]) => [reason, unreadNames(names, gpus.length)]);
}

const withoutCall = ({ unavailable }: { unavailable: string }) => unavailable.replace(/^nvml\w+: /, '');

/** Names that all GPUs lack, then for others the GPUs that lack them. */
function unreadNames(names: ReadonlyMap<string, Gpu[]>, count: number): string {
  const byGpus = new Map<string, string[]>();
  for (const [name, gpus] of names) {
    const lacking = gpus.length === count ? '' : gpuNames(gpus);
    byGpus.set(lacking, [...(byGpus.get(lacking) ?? []), name]);
  }
  return [...byGpus]
    .map(([lacking, of]) => (lacking === '' ? of.join(', ') : `${lacking}: ${of.join(', ')}`))
    .join('; ');
}

/** Who holds a GPU's memory; nothing where nobody does or it is not known. */
export function holders({ processes }: Gpu): string[] {
  return (known(processes) ?? []).map(({ pid, name, usedBytes }) => {
    const held = known(usedBytes);
    return `${known(name) ?? 'process'} ${pid}${held === undefined ? '' : `, ${formatGiB(held)}`}`;
  });
}
