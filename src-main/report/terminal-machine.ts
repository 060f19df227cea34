import { isUnavailable, known, type Reading } from '../contract/evidence.js';
import { formatGiB } from '../contract/format.js';
import type { Check, Gpu, Machine } from '../contract/machine.js';
import { printableText } from './printable.js';

const marks: Record<Check['status'], string> = {
  pass: '✔ pass',
  look: '▲ look',
  fail: '✖ fail',
  'not-tested': '◌ not tested',
};

/** A machine for a terminal of 80 columns. */
export function renderMachine({ gpus, host, providers, checks }: Machine): string {
  const lines = [
    `${host.hostname}: ${host.os} ${host.arch}, Node ${host.node}`,
    `  ${text(host.cpu.name)}, ${host.cpu.usableCores} cores usable`,
    `  memory ${formatGiB(host.memory.freeBytes)} free of ${formatGiB(host.memory.totalBytes)}`,
    '',
    ...(gpus.length === 0 ? ['no GPU'] : gpus.flatMap(gpuLines)),
    '',
    ...providers.map(({ device, usable, reason }) => `${usable ? '✔' : '✖'} ${device.padEnd(7)} ${reason}`),
    '',
    ...checks.flatMap(({ status, text: what, action }) => [
      `${marks[status].padEnd(13)} ${what}`,
      ...(action ? [`${' '.repeat(14)}${action}`] : []),
    ]),
  ];
  return `${lines.map(printableText).join('\n')}\n`;
}

function gpuLines(gpu: Gpu): string[] {
  const { freeBytes, totalBytes } = gpu.memory;
  const free = known(freeBytes);
  const memory = free === undefined ? text(freeBytes) : `${formatGiB(free)} free of ${bytes(totalBytes)}`;
  const holders = known(gpu.processes) ?? [];
  return [
    `GPU ${gpu.index ?? 'hidden'}: ${gpu.name}, ${memory}`,
    ...(gpu.runsOpenSora.ok ? [] : [`  cannot run Open-Sora: ${gpu.runsOpenSora.reason}`]),
    ...holders.map(({ pid, name, usedBytes }) => `  process ${pid} ${text(name)}: ${bytes(usedBytes)}`),
  ];
}

function bytes(value: Reading<number>): string {
  const count = known(value);
  return count === undefined ? text(value) : formatGiB(count);
}

function text(value: Reading<string | number>): string {
  return isUnavailable(value) ? `unavailable (${value.unavailable})` : String(value);
}
