import { isUnavailable, known } from '../../contract/evidence.js';
import { countNames } from '../../contract/gpu-names.js';
import type { Check, Gpu } from '../../contract/machine.js';
import { nvidiaOf } from './check.js';

/** @param nvmlReason why NVML gave nothing; empty where it answered */
export function gpuPresent(gpus: readonly Gpu[], nvmlReason: string): Check {
  const able = gpus.filter(({ runsOpenSora }) => runsOpenSora.ok);
  const id = 'gpu-present';
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
  const nvidia = nvidiaOf(gpus).filter(({ uuid }) => !isUnavailable(uuid));
  const hidden = nvidia.filter(({ index }) => index === null);
  const id = 'gpu-visible';
  if (nvidia.length === 0) return null;
  if (cudaDoubt !== '') {
    const action =
      'Set CUDA_DEVICE_ORDER=PCI_BUS_ID, here and for the run, and name GPUs by UUID where they differ.';
    return { id, status: 'look', text: `Which GPU is which for CUDA is uncertain: ${cudaDoubt}`, action };
  }
  if (hidden.length === 0)
    return { id, status: 'pass', text: 'CUDA may use every NVIDIA GPU of this machine', action: '' };
  const text = `CUDA_VISIBLE_DEVICES hides ${hidden.length} of ${nvidia.length} NVIDIA GPUs`;
  const action = 'Change or unset CUDA_VISIBLE_DEVICES if they are meant to be used.';
  return { id, status: 'look', text, action };
}

export function cudaDriver(gpus: readonly Gpu[]): Check | null {
  const gpu = nvidiaOf(gpus).find(({ uuid }) => !isUnavailable(uuid));
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
