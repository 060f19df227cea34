import { isUnavailable, type Reading } from '../contract/evidence.js';
import type { Gpu, ProviderOption } from '../contract/machine.js';
import type { Environment } from './cuda-folders.js';
import { type CudaLibraries, findCudaLibraries } from './cuda-libs.js';
import { cudaVisibility } from './cuda-visible.js';
import { hasRenderNode } from './display-adapters.js';
import { type Platform, readOnnxRuntimePackage } from './onnx-runtime-package.js';

export type Provider = ProviderOption['device'];

/** What a machine's providers hang on. */
export interface ProviderFacts extends Platform {
  /** onnxruntime-node's binding, without which there is no provider. */
  binding: Reading<string>;
  /** Whether CUDA may use an NVIDIA GPU; `unclear` where there is one that cannot be read or told apart. */
  nvidia: { state: 'usable' | 'hidden' | 'unclear' | 'none'; text: string };
  cuda: CudaLibraries;
  /** A GPU that something else than CUDA could use; null where there is none. */
  graphics: { gpu: string | null; renderNode: boolean; vulkanDriver: boolean };
}

const notHere: CudaLibraries = { ok: false, missing: [], commands: [] };

export interface ProviderOptions {
  cudaLibs?: string | undefined;
  env?: Environment;
  root?: string;
}

/**
 * Reads what the choice of a provider hangs on. Nothing is loaded or tried: that is the worker's.
 * @param seen may still be being read, while the libraries are looked for
 * @throws UsageError where `--cuda-libs` is no folder
 */
export async function readProviderFacts(
  seen: readonly Gpu[] | Promise<readonly Gpu[]>,
  { cudaLibs, env = process.env, root = '/' }: ProviderOptions = {},
): Promise<ProviderFacts> {
  const at = { platform: process.platform, arch: process.arch };
  const onnxRuntime = readOnnxRuntimePackage(at);
  const [cuda, gpus] = await Promise.all([
    isPossible('cuda', at) ? findCudaLibraries({ onnxRuntime, cudaLibs, env, root }) : notHere,
    seen,
  ]);
  const nvidia = nvidiaState(gpus, env);
  // WebGPU and DirectML do not obey CUDA_VISIBLE_DEVICES: a GPU that the user hid is not for them either.
  const open = gpus.find(
    ({ vendor, index }) =>
      vendor !== 'other' && (vendor !== 'nvidia' || index !== null || nvidia.state === 'unclear'),
  );
  return {
    ...at,
    binding: isUnavailable(onnxRuntime) ? onnxRuntime : onnxRuntime.binding,
    nvidia,
    cuda,
    graphics: {
      gpu: open?.name ?? null,
      renderNode: hasRenderNode(root),
      vulkanDriver: Boolean(env.VK_ICD_FILENAMES || env.VK_DRIVER_FILES),
    },
  };
}

function nvidiaState(gpus: readonly Gpu[], env: Environment): ProviderFacts['nvidia'] {
  const nvidia = gpus.filter(({ vendor }) => vendor === 'nvidia');
  const usable = nvidia.filter(({ index }) => index !== null).sort((a, b) => a.index! - b.index!);
  if (nvidia.length === 0) return { state: 'none', text: 'no NVIDIA GPU was found' };
  if (usable[0]) return { state: 'usable', text: usable[0].name };
  const readable = nvidia.filter(({ uuid }) => !isUnavailable(uuid));
  const { doubt } = cudaVisibility(nvidia, env);
  if (doubt !== '') return { state: 'unclear', text: doubt };
  const unread = nvidia.find(({ uuid }) => isUnavailable(uuid));
  if (readable.length === 0 && unread && isUnavailable(unread.uuid)) {
    return {
      state: 'unclear',
      text: `${unread.name} is there but cannot be read: ${unread.uuid.unavailable}`,
    };
  }
  return {
    state: 'hidden',
    text: `CUDA_VISIBLE_DEVICES=${env.CUDA_VISIBLE_DEVICES ?? ''} hides the NVIDIA GPUs`,
  };
}

/** The providers that onnxruntime-node has on a platform, the preferred one first. From the table in its README. */
export function possibleProviders({ platform, arch }: Platform): Provider[] {
  if (platform === 'linux') return arch === 'x64' ? ['cuda', 'webgpu', 'cpu'] : ['cpu'];
  if (platform === 'win32') return ['dml', 'webgpu', 'cpu'];
  // Core ML takes single operators of a training graph and leaves the rest to the CPU; WebGPU takes nearly all.
  if (platform === 'darwin') return ['webgpu', 'coreml', 'cpu'];
  return [];
}

export function isPossible(device: Provider, at: Platform): boolean {
  return possibleProviders(at).includes(device);
}

/** Every provider with whether it is plausible here and why, the preferred one first. Plausible is not tried. */
export function providerOptions(facts: ProviderFacts): ProviderOption[] {
  const possible = possibleProviders(facts);
  const others = (['cuda', 'dml', 'coreml', 'webgpu', 'cpu'] as const).filter(
    (device) => !possible.includes(device),
  );
  return [
    ...possible.map((device) => ({ device, ...outlook(device, facts) })),
    ...others.map((device) => ({
      device,
      usable: false,
      reason: `onnxruntime-node has no ${device} provider on ${facts.platform} ${facts.arch}`,
    })),
  ];
}

function outlook(device: Provider, facts: ProviderFacts): { usable: boolean; reason: string } {
  const no = (reason: string) => ({ usable: false, reason });
  const yes = (reason: string) => ({ usable: true, reason });
  if (isUnavailable(facts.binding)) return no(facts.binding.unavailable);
  const { gpu, renderNode, vulkanDriver } = facts.graphics;
  switch (device) {
    case 'cpu':
      return yes('the CPU runs everything, slowly');
    case 'cuda':
      if (facts.nvidia.state !== 'usable') return no(facts.nvidia.text);
      if (!facts.cuda.ok) return no(`missing for CUDA: ${facts.cuda.missing.join(', ')}`);
      return yes(`${facts.nvidia.text}; the CUDA provider and its libraries are there`);
    case 'dml':
    case 'coreml':
      return gpu === null ? no('no GPU was found') : yes(gpu);
    case 'webgpu':
      if (vulkanDriver) return yes('a Vulkan driver is named by VK_ICD_FILENAMES or VK_DRIVER_FILES');
      if (gpu === null) return no('no GPU was found that WebGPU may use: at best a software renderer');
      if (facts.platform === 'linux' && !renderNode) {
        return no('there is no render node in /dev/dri: WebGPU would find a software renderer or nothing');
      }
      return yes(gpu);
  }
}
