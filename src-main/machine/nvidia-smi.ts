import { type ExecFileException, execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isUnavailable, type Reading, unavailable } from '../contract/evidence.js';
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
  for (const wanted of [fields, basicFields]) {
    const listed = await ask(wanted);
    if (isUnavailable(listed)) return unavailable(`${reason}; ${listed.unavailable}`);
    if (listed !== '')
      return parseNvidiaSmi(listed, wanted, `read by nvidia-smi, which gives no more: ${reason}`);
  }
  return unavailable(`${reason}; nvidia-smi gives nothing either`);
}

/** Empty where there is no nvidia-smi, or it refuses; unavailable where it does not end. No shell is in between. */
async function ask(wanted: readonly string[]): Promise<Reading<string>> {
  for (const program of process.platform === 'linux'
    ? ['nvidia-smi', '/usr/lib/wsl/lib/nvidia-smi']
    : ['nvidia-smi']) {
    try {
      const options = { timeout: deadlineMs, killSignal: 'SIGKILL', windowsHide: true } as const;
      const query = [`--query-gpu=${wanted.join(',')}`, '--format=csv,noheader,nounits'];
      return (await promisify(execFile)(program, query, options)).stdout;
    } catch (error) {
      if ((error as ExecFileException).killed)
        return unavailable(`nvidia-smi did not answer within ${deadlineMs / 1000} s either`);
    }
  }
  return '';
}

/** Reads the lines of `--format=csv,noheader,nounits` that are of GPUs. @param why what the rest is missing for */
function parseNvidiaSmi(csv: string, wanted: readonly string[], why: string): Reading<NvmlMachine> {
  const rows = csv.split('\n').flatMap((line) => parseRow(line, wanted));
  if (rows.length === 0) return unavailable(`${why}; it lists no GPU`);
  return {
    driverVersion: rows[0]!.driverVersion,
    cudaVersion: unavailable(why),
    devices: rows.map(({ device }) => ({ ...device, detail: unavailable(why), processes: unavailable(why) })),
  };
}

/** One GPU; none where the line is of something else, such as a message. */
function parseRow(line: string, wanted: readonly string[]) {
  const all = line.split(',').map((cell) => cell.replace(/\p{Cc}/gu, '').trim());
  const more = all.length - wanted.length;
  if (more < 0 || !/^\d{1,4}$/.test(all[0]!)) return [];
  // Nothing is quoted: a comma too many is the name's.
  const cells = [all[0]!, all.slice(1, 2 + more).join(', '), ...all.slice(2 + more)];
  const cell = (name: string): Reading<string> => {
    const value = cells[wanted.indexOf(name)];
    // A missing one stands in brackets, e.g. [N/A] or [GPU is lost].
    return value && !value.startsWith('[') ? value : unavailable(`nvidia-smi: ${value || 'not listed'}`);
  };
  const bytes = (name: string): Reading<number> => {
    const value = cell(name);
    if (isUnavailable(value)) return value;
    return /^\d{1,9}$/.test(value) ? Number(value) * mebi : unavailable(`nvidia-smi: ${value}`);
  };
  const [totalBytes, usedBytes, freeBytes] = ['memory.total', 'memory.used', 'memory.free'].map(bytes);
  const missing =
    [totalBytes!, usedBytes!, freeBytes!].find(isUnavailable) ??
    (totalBytes === 0 ? unavailable('nvidia-smi: a memory of 0') : undefined);
  const row = {
    driverVersion: cell('driver_version'),
    device: {
      nvmlIndex: Number(all[0]),
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
  return [row];
}
