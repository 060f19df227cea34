import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { isUnavailable, type Reading } from '../contract/evidence.js';
import { cudaFolders, type Environment } from './cuda-folders.js';
import { readNeededLibraries } from './elf-needed.js';
import { cudaProviderInstallCommand, type OnnxRuntimePackage } from './onnx-runtime-package.js';

/** Folders to put before the worker's LD_LIBRARY_PATH, or what is missing and the commands that mend it. */
export type CudaLibraries =
  | { ok: true; folders: string[] }
  | { ok: false; missing: string[]; commands: string[] };

export interface CudaSearch {
  onnxRuntime: Reading<OnnxRuntimePackage>;
  /** `--cuda-libs DIR`. */
  cudaLibs?: string | undefined;
  env: Environment;
  /** Where Linux's files lie. */
  root?: string;
  /** Libraries that the loader finds by itself, by name; `ldconfig -p` where not given. */
  loaderCache?: ReadonlyMap<string, string>;
}

/**
 * What the CUDA 12 provider is linked to by onnxruntime pull request 23656 (in 1.22 and later). It could not be checked
 * against 1.30's own file, so where that file is installed its dynamic section is read instead.
 */
const publishedNeeds = [
  'libcublasLt.so.12',
  'libcublas.so.12',
  'libcurand.so.10',
  'libcufft.so.11',
  'libcudart.so.12',
  'libnvrtc.so.12',
];
/** Opened at run time in some builds, so that the dynamic section does not always name it. */
const cudnn = 'libcudnn.so.9';
const nvidiaLibrary = /^lib(cublasLt|cublas|curand|cufft|cudart|cudnn|nvrtc)\.so\.(\d+)/;

/**
 * Looks for the CUDA provider and the libraries that it needs. Nothing is loaded: found means that the files are there.
 * @throws UsageError where `--cuda-libs` is no folder
 */
export async function findCudaLibraries(search: CudaSearch): Promise<CudaLibraries> {
  const { onnxRuntime, env, root = '/' } = search;
  const provider = isUnavailable(onnxRuntime) ? onnxRuntime : onnxRuntime.cudaProvider;
  const needed = neededLibraries(provider);
  const asked = cudaFolders(search.cudaLibs, env, root);
  const onPath = (env.LD_LIBRARY_PATH ?? '').split(':').filter((folder) => folder !== '');
  const cache = search.loaderCache ?? (await readLoaderCache());
  const folders = new Set<string>();
  const missing: string[] = [];
  for (const name of needed) {
    const holds = (folder: string) => existsSync(path.join(folder, name));
    // What the user points to comes before what the loader would take by itself.
    const folder = search.cudaLibs === undefined ? undefined : asked.find(holds);
    if (folder === undefined && (onPath.some(holds) || cache.has(name))) continue;
    const found = folder ?? asked.find(holds);
    if (found === undefined) missing.push(name);
    else folders.add(found);
  }
  if (isUnavailable(provider) || missing.length > 0) {
    return {
      ok: false,
      missing: [...(isUnavailable(provider) ? [provider.unavailable] : []), ...missing],
      commands: [
        ...(isUnavailable(provider) ? [providerCommand(onnxRuntime)] : []),
        ...libraryCommands(missing),
      ],
    };
  }
  return { ok: true, folders: [...folders] };
}

function neededLibraries(provider: Reading<string>): string[] {
  const linked = isUnavailable(provider) ? provider : readNeededLibraries(provider);
  if (isUnavailable(linked)) return [...publishedNeeds, cudnn];
  const named = linked.filter((name) => nvidiaLibrary.test(name));
  return named.some((name) => name.startsWith('libcudnn.')) ? named : [...named, cudnn];
}

function providerCommand(onnxRuntime: Reading<OnnxRuntimePackage>): string {
  return isUnavailable(onnxRuntime) ? 'npm ci' : cudaProviderInstallCommand();
}

/** NVIDIA's wheels by library; CUDA 13's have no suffix, except cuDNN's. */
function libraryCommands(missing: readonly string[]): string[] {
  if (missing.length === 0) return [];
  const cuda13 = missing.some((name) => /^lib(cublas|cublasLt|cudart|nvrtc)\.so\.13/.test(name));
  const wheels: Readonly<Record<string, string>> = {
    cublas: 'nvidia-cublas',
    cublasLt: 'nvidia-cublas',
    curand: 'nvidia-curand',
    cufft: 'nvidia-cufft',
    cudart: 'nvidia-cuda-runtime',
    cudnn: 'nvidia-cudnn',
    nvrtc: 'nvidia-cuda-nvrtc',
  };
  const names = missing.map((name) => {
    const library = nvidiaLibrary.exec(name)?.[1] ?? '';
    const suffix = !cuda13 ? '-cu12' : library === 'cudnn' ? '-cu13' : '';
    return `${wheels[library]}${suffix}`;
  });
  return [
    `pip install ${[...new Set(names)].join(' ')}`,
    'then run again with that Python environment active, or with --cuda-libs DIR naming it',
  ];
}

/** What the loader finds by itself, from `ldconfig -p`; nothing where there is no such command. */
async function readLoaderCache(): Promise<ReadonlyMap<string, string>> {
  for (const command of ['/sbin/ldconfig', '/usr/sbin/ldconfig']) {
    const text = await new Promise<string | undefined>((resolve) => {
      execFile(command, ['-p'], { timeout: 5000, maxBuffer: 16 * 1024 * 1024 }, (error, stdout) =>
        resolve(error ? undefined : stdout),
      );
    });
    if (text !== undefined) return parseLoaderCache(text);
  }
  return new Map();
}

/** Lines such as `libcudart.so.12 (libc6,x86-64) => /usr/lib/libcudart.so.12`. */
export function parseLoaderCache(text: string): ReadonlyMap<string, string> {
  const lines = text.matchAll(/^\s*(\S+) \([^)]*x86-64[^)]*\) => (.+)$/gm);
  return new Map([...lines].map(([, name, file]) => [name!, file!]));
}
