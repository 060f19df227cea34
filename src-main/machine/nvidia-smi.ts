import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isUnavailable, known, type Reading, unavailable } from '../contract/evidence.js';
import type { NvmlMachine } from './nvml-messages.js';

const mebi = 2 ** 20;
const deadlineMs = 5000;
/** Of `nvidia-smi --help-query-gpu`. Older drivers do not know the last, and refuse the whole query for it. */
const basicFields = [
  'index',
  'name',
  'uuid',
  'pci.bus_id',
  'memory.total',
  'memory.used',
  'memory.free',
  'driver_version',
];
const fields = [...basicFields, 'compute_cap'];

/**
 * The NVIDIA GPUs as nvidia-smi lists them, where NVML's library cannot be loaded here.
 * @param reason why it cannot, which stands in what nvidia-smi does not give
 */
export async function readNvidiaSmi(reason: string): Promise<Reading<NvmlMachine>> {
  const listed = (await ask(fields)) ?? (await ask(basicFields));
  if (listed === undefined) return unavailable(`${reason}; nvidia-smi gives nothing either`);
  return parseNvidiaSmi(listed, `read by nvidia-smi, which gives no more: ${reason}`);
}

/** Undefined where there is no nvidia-smi, or it refuses or does not end. No shell is in between. */
async function ask(wanted: readonly string[]): Promise<string | undefined> {
  for (const program of process.platform === 'linux'
    ? ['nvidia-smi', '/usr/lib/wsl/lib/nvidia-smi']
    : ['nvidia-smi']) {
    try {
      const options = { timeout: deadlineMs, killSignal: 'SIGKILL', windowsHide: true } as const;
      const query = [`--query-gpu=${wanted.join(',')}`, '--format=csv,noheader,nounits'];
      return (await promisify(execFile)(program, query, options)).stdout;
    } catch {}
  }
  return undefined;
}

/** Reads the lines of `--format=csv,noheader,nounits`. @param why what the rest is missing for */
export function parseNvidiaSmi(csv: string, why: string): NvmlMachine {
  const rows = csv
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parseRow);
  return {
    driverVersion: rows[0]?.driverVersion ?? unavailable(why),
    cudaVersion: unavailable(why),
    devices: rows.map(({ device }) => ({ ...device, detail: unavailable(why), processes: unavailable(why) })),
  };
}

function parseRow(line: string, position: number) {
  const cells = line.split(',').map((cell) => cell.replace(/\p{Cc}/gu, '').trim());
  const cell = (name: string): Reading<string> => {
    const value = cells[fields.indexOf(name)];
    // A missing one stands in brackets, e.g. [N/A] or [GPU is lost].
    return value && !value.startsWith('[') ? value : unavailable(`nvidia-smi: ${value || 'not listed'}`);
  };
  const bytes = (name: string): Reading<number> => {
    const value = cell(name);
    if (isUnavailable(value)) return value;
    return /^\d+$/.test(value) ? Number(value) * mebi : unavailable(`nvidia-smi: ${value}`);
  };
  const [totalBytes, usedBytes, freeBytes] = ['memory.total', 'memory.used', 'memory.free'].map(bytes);
  const missing = [totalBytes!, usedBytes!, freeBytes!].find(isUnavailable);
  return {
    driverVersion: cell('driver_version'),
    device: {
      nvmlIndex: Number(known(cell('index')) ?? position),
      unusable: '',
      name: cell('name'),
      uuid: cell('uuid'),
      pciAddress: cell('pci.bus_id'),
      computeCapability: cell('compute_cap'),
      memory: missing ?? {
        totalBytes: totalBytes as number,
        usedBytes: usedBytes as number,
        freeBytes: freeBytes as number,
      },
    },
  };
}
