import { statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../contract/usage-error.js';
import { list, sitePackagesOf } from './python-folders.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Folders that the loader does not search by itself, in the order in which they are preferred. */
export function cudaFolders(cudaLibs: string | undefined, env: Environment, root = '/'): string[] {
  const asked = cudaLibs === undefined ? [] : askedFolders(cudaLibs);
  const homes = [env.CUDA_HOME, env.CUDA_PATH].filter((home) => home !== undefined && home !== '');
  const local = path.join(root, 'usr/local');
  // `cuda` is a link to the toolkit that the administrator chose; after it the newest first.
  const installed = list(local).filter((name) => /^cuda(-[\d.]+)?$/.test(name));
  const toolkits = [...homes, ...sortNewestFirst(installed).map((name) => path.join(local, name))];
  const pythons = [env.VIRTUAL_ENV, env.CONDA_PREFIX].filter((home) => home !== undefined && home !== '');
  return [
    ...asked,
    ...toolkits.flatMap((home) => [path.join(home!, 'lib64'), path.join(home!, 'targets/x86_64-linux/lib')]),
    ...pythons.flatMap((home) => [...pythonFolders(home!), path.join(home!, 'lib')]),
  ].filter(isFolder);
}

/**
 * What `--cuda-libs DIR` may be: a folder of libraries, a toolkit, a Python environment, its site-packages, or the
 * `nvidia` folder there.
 * @throws UsageError where DIR is no folder
 */
function askedFolders(folder: string): string[] {
  if (!isFolder(folder)) {
    throw new UsageError(
      `--cuda-libs ${folder} is not a folder; give one that holds libcublas.so.12 and libcudnn.so.9, or a Python environment with NVIDIA's packages`,
    );
  }
  const home = path.resolve(folder); // the loader would take a relative one from the worker's own folder
  const direct = [home, path.join(home, 'lib64'), path.join(home, 'lib')];
  return [
    ...direct,
    ...packageFolders(home),
    ...packageFolders(path.join(home, 'nvidia')),
    ...pythonFolders(home),
  ];
}

// site-packages/nvidia/*/lib of an environment: where NVIDIA's wheels put their libraries.
function pythonFolders(home: string): string[] {
  return sitePackagesOf(home).flatMap((site) => packageFolders(path.join(site, 'nvidia')));
}

function packageFolders(nvidia: string): string[] {
  return list(nvidia).map((name) => path.join(nvidia, name, 'lib'));
}

function sortNewestFirst(names: string[]): string[] {
  return names.sort((a, b) => {
    if (a === 'cuda' || b === 'cuda') return a === 'cuda' ? -1 : 1;
    return b.localeCompare(a, 'en', { numeric: true });
  });
}

function isFolder(folder: string): boolean {
  try {
    return statSync(folder).isDirectory();
  } catch {
    return false; // not there, or not for us
  }
}
