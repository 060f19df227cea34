import { isUnavailable, known } from '../../contract/evidence.js';
import { countNames, gpuNames } from '../../contract/gpu-names.js';
import type { Check, Gpu } from '../../contract/machine.js';
import { runsOpenSora } from '../nvidia-gpus.js';
import { nvidiaOf } from './check.js';

/** GPUs that the driver lists, and not the operating system alone. */
const listedOf = (gpus: readonly Gpu[]) =>
  nvidiaOf(gpus).filter(
    ({ uuid, driverVersion, cudaVersion }) => ![uuid, driverVersion, cudaVersion].every(isUnavailable),
  );

/** Not usable, though what it is would not be in the way. */
const isOutOfReach = (gpu: Gpu) => !gpu.runsOpenSora.ok && runsOpenSora(gpu.computeCapability).ok;

/** @param nvmlReason why NVML gave nothing; empty where it answered */
export function gpuPresent(gpus: readonly Gpu[], nvmlReason: string): Check {
  const able = gpus.filter(({ runsOpenSora }) => runsOpenSora.ok);
  const id = 'gpu-present';
  if (able.length > 0 && able.every(({ computeCapability }) => isUnavailable(computeCapability)))
    return {
      id,
      status: 'not-tested',
      text: `Whether Open-Sora runs on ${countNames(able.map(({ name }) => name))} is not known: the generation was not read`,
      action: '',
    };
  if (able.length > 0) {
    const text = `${able.length} GPU${able.length === 1 ? '' : 's'} can run Open-Sora: ${countNames(able.map(({ name }) => name))}`;
    return { id, status: 'pass', text, action: '' };
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

/** @param cudaDoubt what is uncertain about CUDA's numbering; empty where nothing is */
export function gpuVisible(gpus: readonly Gpu[], cudaDoubt: string): Check | null {
  const nvidia = listedOf(gpus).filter((gpu) => !isOutOfReach(gpu));
  const hidden = nvidia.filter(({ index }) => index === null);
  const id = 'gpu-visible';
  if (nvidia.length === 0) return null;
  if (cudaDoubt !== '') {
    const action =
      'Set CUDA_DEVICE_ORDER=PCI_BUS_ID, here and for the run, and name GPUs by UUID where they differ.';
    return { id, status: 'look', text: `Which GPU is which for CUDA is uncertain: ${cudaDoubt}`, action };
  }
  if (hidden.length === 0)
    return { id, status: 'pass', text: 'CUDA may use every NVIDIA GPU that the driver reaches', action: '' };
  const text = `CUDA_VISIBLE_DEVICES hides ${hidden.length} of ${nvidia.length} NVIDIA GPUs`;
  const action = 'Change or unset CUDA_VISIBLE_DEVICES if they are meant to be used.';
  return { id, status: 'look', text, action };
}

/** GPUs that fell off the bus, or at which the driver hangs. No run can use them, and the next may lose another. */
export function gpuReachable(gpus: readonly Gpu[]): Check | null {
  const listed = listedOf(gpus);
  const id = 'gpu-reachable';
  if (listed.length === 0) return null;
  const lost = listed.filter(isOutOfReach);
  if (lost.length === 0)
    return { id, status: 'pass', text: 'The driver reaches every GPU that it lists', action: '' };
  const told = lost.map((gpu) => `${gpuNames([gpu])}: ${gpu.runsOpenSora.reason}`).join('; ');
  return {
    id,
    status: 'fail',
    text: `The driver does not reach ${lost.length} of ${listed.length} GPUs. ${told}`,
    action:
      'Look for Xid errors in the kernel log (dmesg), restart the machine, and have a card that is lost again seated anew or replaced.',
    gpus: [],
  };
}

export function cudaDriver(gpus: readonly Gpu[]): Check | null {
  const [gpu] = listedOf(gpus);
  const id = 'cuda-driver';
  if (!gpu) return null;
  const [driver, cuda] = [known(gpu.driverVersion) ?? 'unknown', known(gpu.cudaVersion)];
  if (cuda === undefined) {
    const text = `The driver (${driver}) does not say which CUDA it runs`;
    return { id, status: 'not-tested', text, action: '' };
  }
  if (Number.parseInt(cuda, 10) >= 12)
    return { id, status: 'pass', text: `Driver ${driver} runs CUDA ${cuda}`, action: '' };
  const action = 'Install a driver of version 525 or newer, which runs CUDA 12.';
  const text = `Driver ${driver} runs CUDA up to ${cuda}; the CUDA provider needs 12`;
  return { id, status: 'fail', text, action };
}
