import { isUnavailable } from '../contract/evidence.js';
import type { Device } from '../contract/target.js';
import { DeviceError } from '../contract/usage-error.js';
import {
  isPossible,
  type Provider,
  type ProviderFacts,
  possibleProviders,
  providerOptions,
} from './providers.js';

export interface DeviceChoice {
  device: Provider;
  /** A sentence for people: what was taken and why, with what was passed over. */
  reason: string;
  /** Folders to put before LD_LIBRARY_PATH in the worker's environment; empty but for CUDA. */
  libraryFolders: string[];
}

const names: Readonly<Record<Provider, string>> = {
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'Core ML',
  webgpu: 'WebGPU',
  cpu: 'the CPU',
};

/**
 * The device that `--device` asks for, or with `auto` the best that is plausible here.
 * @throws DeviceError where the asked one cannot be had here, and where `auto` meets an NVIDIA GPU that CUDA cannot use:
 * a missing provider is named with its remedy and never replaced in silence
 */
export function chooseDevice(asked: Device, facts: ProviderFacts): DeviceChoice {
  if (isUnavailable(facts.binding))
    throw new DeviceError(`No device can run a probe: ${facts.binding.unavailable}`);
  return asked === 'auto' ? chooseBest(facts) : chooseAsked(asked, facts);
}

function chooseAsked(asked: Provider, facts: ProviderFacts): DeviceChoice {
  if (!isPossible(asked, facts)) {
    throw new DeviceError(
      `--device ${asked}: onnxruntime-node has no such provider on ${facts.platform} ${facts.arch}; possible here: ${possibleProviders(facts).join(', ')}`,
    );
  }
  const option = providerOptions(facts).find(({ device }) => device === asked)!;
  if (asked === 'cuda' && !option.usable) throw cudaError('--device cuda', facts);
  // The others may be tried: what is plausible is a guess from files, and the worker reports what it meets.
  const doubt = option.usable ? option.reason : `it may not work: ${option.reason}`;
  return choice(asked, `${names[asked]}, as asked for (${doubt})`, facts);
}

function chooseBest(facts: ProviderFacts): DeviceChoice {
  const options = providerOptions(facts);
  const best = options.find(({ usable }) => usable)!; // the CPU at the latest: the binding is there
  const nvidiaWaits = facts.nvidia.state === 'usable' || facts.nvidia.state === 'unclear';
  if (isPossible('cuda', facts) && best.device !== 'cuda' && nvidiaWaits)
    throw cudaError('--device auto', facts);
  const passed = options
    .slice(0, options.indexOf(best))
    .map(({ device, reason }) => `${names[device]} was passed over: ${reason}`);
  const because = best.device === 'cpu' ? '' : ` (${best.reason})`;
  return choice(best.device, [`${names[best.device]}${because}`, ...passed].join('; '), facts);
}

function choice(device: Provider, reason: string, { cuda }: ProviderFacts): DeviceChoice {
  const libraryFolders = device === 'cuda' && cuda.ok ? cuda.folders : [];
  return { device, reason: `${reason[0]!.toUpperCase()}${reason.slice(1)}.`, libraryFolders };
}

function cudaError(asked: string, { nvidia, cuda }: ProviderFacts): DeviceError {
  const instead = 'or ask for a dry run on the CPU with --device cpu';
  if (nvidia.state === 'none')
    return new DeviceError(`${asked}: ${nvidia.text}; use --device auto, ${instead}`);
  if (nvidia.state === 'hidden') return new DeviceError(`${asked}: ${nvidia.text}; unset it, ${instead}`);
  if (nvidia.state === 'unclear' || cuda.ok) {
    return new DeviceError(
      `${asked}: CUDA cannot use this machine's NVIDIA GPU: ${nvidia.text}; mend that, ${instead}`,
    );
  }
  const lines = [
    `${asked}: this machine has an NVIDIA GPU (${nvidia.text}), but CUDA cannot use it. Missing: ${cuda.missing.join(', ')}.`,
    ...cuda.commands.map((command) => `  ${command}`),
    `  ${instead}`,
  ];
  return new DeviceError(lines.join('\n'));
}
