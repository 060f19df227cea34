import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type Reading, unavailable } from '../contract/evidence.js';

/** What onnxruntime-node's folder holds for this platform. Found by its path: the package itself is never loaded here. */
export interface OnnxRuntimePackage {
  folder: string;
  /** The binding and the runtime: without them no provider at all, the CPU neither. */
  binding: Reading<string>;
  /** The CUDA provider, a download of its own that the package's installer makes. */
  cudaProvider: Reading<string>;
}

export interface Platform {
  platform: string;
  arch: string;
}

/** Looks the package up from here, as the worker's import will. */
export function readOnnxRuntimePackage(at: Platform): Reading<OnnxRuntimePackage> {
  let folder: string;
  try {
    folder = path.dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  } catch {
    return unavailable('the package onnxruntime-node is not installed');
  }
  return inspectOnnxRuntimePackage(folder, at);
}

/** What the package's folder holds for a platform. */
export function inspectOnnxRuntimePackage(folder: string, { platform, arch }: Platform): OnnxRuntimePackage {
  const file = (name: string, otherwise: string): Reading<string> => {
    const full = path.join(folder, 'bin', 'napi-v6', platform, arch, name);
    return existsSync(full) ? full : unavailable(otherwise);
  };
  return {
    folder,
    binding: file('onnxruntime_binding.node', `onnxruntime-node has no build for ${platform} ${arch}`),
    cudaProvider: file(
      'libonnxruntime_providers_cuda.so',
      "ONNX Runtime's CUDA provider (libonnxruntime_providers_cuda.so) is not installed",
    ),
  };
}

/**
 * The command, from the clone's root, that downloads the CUDA provider. It runs the package's own installer: `npm
 * rebuild` says that it succeeded and does nothing where npm 11 is told not to run that package's scripts, as here.
 */
export function cudaProviderInstallCommand(): string {
  return 'ONNXRUNTIME_NODE_INSTALL=true node node_modules/onnxruntime-node/script/install.js';
}
