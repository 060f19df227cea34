import { isUnavailable, known } from '../contract/evidence.js';
import { formatGiB, gibi } from '../contract/format.js';
import type { Check, Gpu, GpuProcess, Host } from '../contract/machine.js';

/** Loading v1.x' T5-XXL text encoder in bf16 takes 9.5 GB, the model about as much again: a judgement, not upstream's. */
const comfortableHostBytes = 16 * gibi;
const leastHostBytes = 4 * gibi;
/** More than a display and the driver's own share on an idle GPU: somebody works there. A judgement. */
const busyBytes = gibi;

export interface CheckFacts {
  gpus: readonly Gpu[];
  host: Host;
  /** Why NVML gave nothing; empty where it answered. */
  nvmlReason: string;
  /** What is uncertain about CUDA's numbering; empty where nothing is. */
  cudaDoubt: string;
  /** Why the process list cannot be matched; empty where it can. */
  containerNote: string;
}

/** What is judged of a machine. The ids are stable. */
export function machineChecks(facts: CheckFacts): Check[] {
  return [
    gpuPresent(facts),
    gpuVisible(facts),
    gpuBusy(facts),
    cudaDriver(facts),
    hostMemory(facts.host),
    container(facts),
  ].filter((check) => check !== null);
}

const pass = (id: string, text: string): Check => ({ id, status: 'pass', text, action: '' });

function gpuPresent({ gpus, nvmlReason }: CheckFacts): Check {
  const able = gpus.filter(({ runsOpenSora }) => runsOpenSora.ok);
  const id = 'gpu-present';
  if (able.length > 0) {
    return pass(
      id,
      `${able.length} GPU${able.length === 1 ? '' : 's'} can run Open-Sora: ${countNames(able)}`,
    );
  }
  const seen = gpus.map(({ name, runsOpenSora }) => `${name}: ${runsOpenSora.reason}`).join('; ');
  const text =
    seen === ''
      ? `No GPU was found (${nvmlReason || 'NVML lists none'})`
      : `No GPU here can run Open-Sora. ${seen}`;
  const action = gpus.some(({ vendor }) => vendor === 'nvidia')
    ? 'Install or repair the NVIDIA driver, and in a container start it with --gpus all.'
    : 'Run on a machine with an NVIDIA GPU; here a dry run on the CPU is possible.';
  return { id, status: 'fail', text, action };
}

function countNames(gpus: readonly Gpu[]): string {
  const counts = new Map<string, number>();
  for (const { name } of gpus) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => (count === 1 ? name : `${count} × ${name}`)).join(', ');
}

function gpuVisible({ gpus, cudaDoubt }: CheckFacts): Check | null {
  const nvidia = gpus.filter(({ vendor, uuid }) => vendor === 'nvidia' && !isUnavailable(uuid));
  const hidden = nvidia.filter(({ index }) => index === null);
  const id = 'gpu-visible';
  if (nvidia.length === 0) return null;
  if (cudaDoubt !== '') {
    const action =
      'Set CUDA_DEVICE_ORDER=PCI_BUS_ID, here and for the run, and name GPUs by UUID where they differ.';
    return { id, status: 'look', text: `Which GPU is which for CUDA is uncertain: ${cudaDoubt}`, action };
  }
  if (hidden.length === 0) return pass(id, 'CUDA may use every NVIDIA GPU of this machine');
  const text = `CUDA_VISIBLE_DEVICES hides ${hidden.length} of ${nvidia.length} NVIDIA GPUs`;
  return {
    id,
    status: 'look',
    text,
    action: 'Change or unset CUDA_VISIBLE_DEVICES if they are meant to be used.',
  };
}

function gpuBusy({ gpus }: CheckFacts): Check | null {
  const nvidia = gpus.filter(({ vendor }) => vendor === 'nvidia');
  const id = 'gpu-busy';
  if (nvidia.length === 0) return null;
  const busy = nvidia.flatMap((gpu) => {
    const holders = known(gpu.processes)?.map(describeHolder) ?? [];
    const used = known(gpu.memory.usedBytes);
    if (holders.length > 0) return [`${label(gpu)}: ${holders.join(', ')}`];
    if (used !== undefined && used > busyBytes)
      return [`${label(gpu)}: ${formatGiB(used)} in use, by whom is not known`];
    return [];
  });
  if (busy.length > 0) {
    const action = 'Wait for them to end, or choose other GPUs; the verdict counts only what is free now.';
    return { id, status: 'look', text: `Others hold GPU memory. ${busy.join('; ')}`, action };
  }
  const unread = nvidia.filter(({ memory }) => isUnavailable(memory.usedBytes));
  if (unread.length === 0) return pass(id, 'Nobody else works on the NVIDIA GPUs');
  const text = `Whether others use it could not be read: ${unread.map(label).join(', ')}`;
  return { id, status: 'not-tested', text, action: 'Look with nvidia-smi before trusting a memory verdict.' };
}

function label({ index, name, uuid }: Gpu): string {
  return index === null ? `${name} (${known(uuid) ?? 'hidden'})` : `GPU ${index} (${name})`;
}

function describeHolder(process: GpuProcess): string {
  const name = typeof process.name === 'string' ? ` (${process.name})` : '';
  const held = typeof process.usedBytes === 'number' ? formatGiB(process.usedBytes) : 'an unknown amount';
  return `pid ${process.pid}${name} holds ${held}`;
}

function cudaDriver({ gpus }: CheckFacts): Check | null {
  const gpu = gpus.find(({ vendor, uuid }) => vendor === 'nvidia' && !isUnavailable(uuid));
  const id = 'cuda-driver';
  if (!gpu) return null;
  const [driver, cuda] = [known(gpu.driverVersion) ?? 'unknown', known(gpu.cudaVersion)];
  if (cuda === undefined) {
    return {
      id,
      status: 'not-tested',
      text: `The driver (${driver}) does not say which CUDA it runs`,
      action: '',
    };
  }
  if (Number.parseInt(cuda, 10) >= 12) return pass(id, `Driver ${driver} runs CUDA ${cuda}`);
  const action = 'Install a driver of version 525 or newer, which runs CUDA 12.';
  return {
    id,
    status: 'fail',
    text: `Driver ${driver} runs CUDA up to ${cuda}; the CUDA provider needs 12`,
    action,
  };
}

function hostMemory({ memory: { freeBytes, totalBytes, cgroupLimitBytes } }: Host): Check {
  const id = 'host-memory';
  const limit = known(cgroupLimitBytes);
  const of =
    limit === undefined ? formatGiB(totalBytes) : `${formatGiB(limit)} that its control group allows`;
  const text = `${formatGiB(freeBytes)} of host memory free of ${of}`;
  if (freeBytes >= comfortableHostBytes) return pass(id, text);
  const action = `Loading the text encoder and the model wants about ${formatGiB(comfortableHostBytes)}: end other programs${limit === undefined ? '' : ' or raise the limit'}.`;
  return { id, status: freeBytes >= leastHostBytes ? 'look' : 'fail', text, action };
}

function container({ containerNote }: CheckFacts): Check | null {
  if (containerNote === '') return null;
  const action =
    'To see who holds GPU memory, start the container with --pid=host, or look with nvidia-smi on the host.';
  return { id: 'container', status: 'look', text: containerNote, action };
}
