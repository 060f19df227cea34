import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src-main/contract/usage-error.js';
import { findCudaLibraries, parseLoaderCache } from '../../../src-main/machine/cuda-libs.js';
import { readNeededLibraries } from '../../../src-main/machine/elf-needed.js';
import { inspectOnnxRuntimePackage } from '../../../src-main/machine/onnx-runtime-package.js';
import { compile, compiler } from '../../native/compile.js';
import { tree } from './tree.js';

const linux = { platform: 'linux', arch: 'x64' };
const bin = 'ort/bin/napi-v6/linux/x64';
const provider = { [`${bin}/onnxruntime_binding.node`]: '', [`${bin}/libonnxruntime_providers_cuda.so`]: '' };
const install = 'ONNXRUNTIME_NODE_INSTALL=true node node_modules/onnxruntime-node/script/install.js';
const needs = [
  'libcublasLt.so.12',
  'libcublas.so.12',
  'libcurand.so.10',
  'libcufft.so.11',
  'libcudart.so.12',
  'libnvrtc.so.12',
  'libcudnn.so.9',
];
const wheels: Record<string, string> = {
  'libcublasLt.so.12': 'cublas',
  'libcublas.so.12': 'cublas',
  'libcurand.so.10': 'curand',
  'libcufft.so.11': 'cufft',
  'libcudart.so.12': 'cuda_runtime',
  'libnvrtc.so.12': 'cuda_nvrtc',
  'libcudnn.so.9': 'cudnn',
};
const inFolder = (folder: string, names = needs) =>
  Object.fromEntries(names.map((name) => [`${folder}/${name}`, '']));
const inWheels = (site: string) =>
  Object.fromEntries(needs.map((name) => [`${site}/nvidia/${wheels[name]}/lib/${name}`, '']));

/** Searches a tree, with nothing on the loader's path but what is given. */
function search(
  root: string,
  more: { cudaLibs?: string; env?: Record<string, string>; cached?: string[] } = {},
) {
  return findCudaLibraries({
    onnxRuntime: inspectOnnxRuntimePackage(path.join(root, 'ort'), linux),
    cudaLibs: more.cudaLibs,
    env: more.env ?? {},
    root,
    loaderCache: new Map((more.cached ?? []).map((name) => [name, `/usr/lib/${name}`])),
  });
}

describe("CUDA's libraries", () => {
  it('names everything that is missing, and the commands that mend it', async () => {
    expect(await search(tree({ 'ort/package.json': '' }))).toEqual({
      ok: false,
      missing: ["ONNX Runtime's CUDA provider (libonnxruntime_providers_cuda.so) is not installed", ...needs],
      commands: [
        install,
        'pip install nvidia-cublas-cu12 nvidia-curand-cu12 nvidia-cufft-cu12 nvidia-cuda-runtime-cu12 nvidia-cuda-nvrtc-cu12 nvidia-cudnn-cu12',
        'then run again with that Python environment active, or with --cuda-libs DIR naming it',
      ],
    });
  });

  it("adds no folder for what is on the loader's path", async () => {
    const root = tree({ ...provider, ...inFolder('opt/libs', ['libcudnn.so.9']) });
    const env = { LD_LIBRARY_PATH: `:${root}/opt/libs` };
    expect(await search(root, { env, cached: needs.slice(0, 6) })).toEqual({ ok: true, folders: [] });
  });

  it('takes a toolkit and a Python environment together', async () => {
    const root = tree({
      ...provider,
      ...inFolder('usr/local/cuda-12.4/lib64', needs.slice(0, 6)),
      ...inFolder('usr/local/cuda-11.8/lib64', ['libcurand.so.10']),
      'env/lib/python3.11/site-packages/nvidia/cudnn/lib/libcudnn.so.9': '',
    });
    expect(await search(root, { env: { VIRTUAL_ENV: `${root}/env` } })).toEqual({
      ok: true,
      folders: [
        `${root}/usr/local/cuda-12.4/lib64`,
        `${root}/env/lib/python3.11/site-packages/nvidia/cudnn/lib`,
      ],
    });
    expect(await search(root)).toEqual({
      ok: false,
      missing: ['libcudnn.so.9'],
      commands: [
        'pip install nvidia-cudnn-cu12',
        'then run again with that Python environment active, or with --cuda-libs DIR naming it',
      ],
    });
  });

  it.each([
    ['the environment', 'conda'],
    ['site-packages', 'conda/lib/python3.10/site-packages'],
    ['the nvidia folder', 'conda/lib/python3.10/site-packages/nvidia'],
  ])('takes --cuda-libs as %s', async (_, folder) => {
    const root = tree({ ...provider, ...inWheels('conda/lib/python3.10/site-packages') });
    const nvidia = `${root}/conda/lib/python3.10/site-packages/nvidia`;
    expect(await search(root, { cudaLibs: `${root}/${folder}` })).toEqual({
      ok: true,
      folders: ['cublas', 'curand', 'cufft', 'cuda_runtime', 'cuda_nvrtc', 'cudnn'].map(
        (name) => `${nvidia}/${name}/lib`,
      ),
    });
    expect(await search(root, { env: { CONDA_PREFIX: `${root}/conda` } })).toMatchObject({ ok: true });
  });

  it("prefers --cuda-libs to the loader's path, and refuses what is no folder", async () => {
    const root = tree({ ...provider, ...inFolder('mine') });
    expect(await search(root, { cudaLibs: `${root}/mine`, cached: needs })).toEqual({
      ok: true,
      folders: [`${root}/mine`],
    });
    await expect(search(root, { cudaLibs: `${root}/nowhere` })).rejects.toThrow(UsageError);
  });

  it.skipIf(!compiler || process.platform !== 'linux')(
    'asks for what an installed provider is really linked to',
    async () => {
      const blas = compile('empty.c', 'libcublas.so', '-shared', '-Wl,-soname,libcublas.so.13');
      const made = compile(
        'empty.c',
        'provider.so',
        '-shared',
        '-Wl,--no-as-needed',
        `-L${path.dirname(blas)}`,
        '-lcublas',
      );
      expect(readNeededLibraries(made)).toEqual(['libcublas.so.13', 'libc.so.6']);
      const root = tree({ [`${bin}/onnxruntime_binding.node`]: '' });
      mkdirSync(path.join(root, bin), { recursive: true });
      copyFileSync(made, path.join(root, bin, 'libonnxruntime_providers_cuda.so'));
      expect(await search(root)).toMatchObject({
        missing: ['libcublas.so.13', 'libcudnn.so.9'],
        commands: ['pip install nvidia-cublas nvidia-cudnn-cu13', expect.any(String)],
      });
    },
  );

  it('does not take another file for a library', () => {
    const root = tree({ text: 'not an ELF file', cut: '\x7fELF\x02\x01' });
    expect(readNeededLibraries(`${root}/text`)).toEqual({
      unavailable: `${root}/text is not a whole 64-bit ELF library`,
    });
    expect(readNeededLibraries(`${root}/cut`)).toHaveProperty('unavailable');
    expect(readNeededLibraries(`${root}/absent`)).toHaveProperty('unavailable');
  });

  it("reads the loader's cache for this architecture alone", () => {
    const cache = parseLoaderCache(
      '2 libs found in cache\n\tlibcudart.so.12 (libc6,x86-64) => /usr/lib/libcudart.so.12\n\tlibz.so.1 (libc6) => /lib32/libz.so.1\n',
    );
    expect([...cache]).toEqual([['libcudart.so.12', '/usr/lib/libcudart.so.12']]);
  });
});
