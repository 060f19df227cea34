import { rehearsalWords } from '../../../src-renderer/report/rehearsal-words.js';
import type { MachineDifference } from '../../contract/comparison.js';
import { isUnavailable, known, type Reading } from '../../contract/evidence.js';
import { formatGiB } from '../../contract/format.js';
import { countNames } from '../../contract/gpu-names.js';
import type { Gpu, GpuDetail } from '../../contract/machine.js';
import type { Probe } from '../../contract/probe.js';
import type { Report } from '../../contract/report.js';
import { median } from '../../probe/statistics.js';

type Describe = (report: Report) => string;

/** What is told of a machine, the likeliest cause of a difference first. */
const facts: readonly (readonly [what: string, describe: Describe])[] = [
  ['GPUs', ({ machine }) => countNames(usable(machine.gpus).map(({ name }) => name)) || 'none'],
  ['power limit', ofGpus(({ power }) => shown(power.limitWatts, (watts) => `${Math.round(watts)} W`))],
  ['highest SM clock', ofGpus(({ clocks }) => shown(clocks.maxSmMHz, megahertz))],
  ['highest memory clock', ofGpus(({ clocks }) => shown(clocks.maxMemoryMHz, megahertz))],
  [
    'PCIe',
    ofGpus(({ pcie }) => `generation ${shown(pcie.maxGeneration, String)} ×${shown(pcie.width, String)}`),
  ],
  [
    'NVLinks active',
    ofGpus(({ nvlinks }) => shown(nvlinks, (links) => String(links.filter(({ active }) => active).length))),
  ],
  ['ECC', ofGpus(({ ecc }) => shown(ecc.enabled, onOff))],
  ['MIG', ofGpus(({ mig }) => shown(mig.enabled, onOff))],
  ['driver', ({ machine }) => distinct(usable(machine.gpus).map((gpu) => shown(gpu.driverVersion, String)))],
  ['CUDA', ({ machine }) => distinct(usable(machine.gpus).map((gpu) => shown(gpu.cudaVersion, String)))],
  ['CPU', ({ machine: { host } }) => `${shown(host.cpu.name, String)}, ${host.cpu.usableCores} cores`],
  ['host memory', ({ machine: { host } }) => formatGiB(host.memory.totalBytes)],
  ['system', ({ machine: { host } }) => `${host.os}, ${host.arch}, Node ${host.node}`],
  ['Preflight', ({ tool }) => tool.version],
  ['rehearsed', rehearsed],
  ['lessons of rehearsals in its prediction', lessons],
  ['host', ({ machine: { host } }) => host.hostname],
];

/** What held while the points were timed that both reports have. */
const conditions: readonly (readonly [what: string, describe: (probes: readonly Probe[]) => string])[] = [
  ['SM clock while timed', (probes) => medianOf(probes, 'smMHz', megahertz)],
  ['power while timed', (probes) => medianOf(probes, 'powerWatts', (watts) => `${Math.round(watts)} W`)],
  ['heat while timed', (probes) => medianOf(probes, 'gpuCelsius', (celsius) => `${Math.round(celsius)} °C`)],
  ['held down while timed by', throttled],
  ['PCIe generation while timed', (probes) => medianOf(probes, 'pcieGeneration', String)],
];

/**
 * What tells two reports' machines apart, and how they fared while they were timed.
 *
 * @param common probes of the points that both have, in the same order
 */
export function machineDifferences(
  reports: readonly [Report, Report],
  common: readonly [readonly Probe[], readonly Probe[]],
): MachineDifference[] {
  const told = [
    ...conditions.map(([what, describe]) => ({ what, values: [describe(common[0]), describe(common[1])] })),
    ...facts.map(([what, describe]) => ({ what, values: [describe(reports[0]), describe(reports[1])] })),
  ] as MachineDifference[];
  return told.filter(({ values: [first, other] }) => first !== other);
}

/** GPUs that the process might use; a report does not say which of them it measured on. */
const usable = (gpus: readonly Gpu[]) => gpus.filter(({ index }) => index !== null);

const megahertz = (value: number) => `${Math.round(value)} MHz`;
const onOff = (on: boolean) => (on ? 'on' : 'off');

function shown<T>(reading: Reading<T>, format: (value: T) => string): string {
  return isUnavailable(reading) ? 'not read' : format(reading as T);
}

function ofGpus(describe: (detail: GpuDetail) => string): Describe {
  return ({ machine }) => distinct(usable(machine.gpus).map(({ detail }) => shown(detail, describe)));
}

function distinct(texts: readonly string[]): string {
  return [...new Set(texts)].join(', ') || 'none';
}

type Figure = 'smMHz' | 'powerWatts' | 'gpuCelsius' | 'pcieGeneration';

function medianOf(probes: readonly Probe[], figure: Figure, format: (value: number) => string): string {
  const values = probes.flatMap((probe) => known(known(probe.conditions)?.[figure] ?? none) ?? []);
  return values.length === 0 ? 'not sampled' : format(median(values));
}

function throttled(probes: readonly Probe[]): string {
  const lists = probes.flatMap((probe) => {
    const reasons = known(known(probe.conditions)?.throttleReasons ?? none);
    return reasons === undefined ? [] : [reasons];
  });
  if (lists.length === 0) return 'not sampled';
  return distinct(lists.flat().toSorted()).replace(/^none$/, 'nothing');
}

const none: { unavailable: string } = { unavailable: 'not sampled' };

function rehearsed({ rehearsal }: Report): string {
  return isUnavailable(rehearsal) ? 'no' : rehearsalWords[rehearsal.status].word;
}

/** What changed a prediction and no measurement: rehearsals of that machine before. */
function lessons({ prediction }: Report): string {
  const taught = known(prediction)?.lessons ?? [];
  return taught.map(({ quantity, ratio }) => `${quantity} × ${ratio.toFixed(3)}`).join(', ') || 'none';
}
