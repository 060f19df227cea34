import path from 'node:path';
import { type Reading, unavailable } from '../contract/evidence.js';
import type { Python } from '../contract/machine.js';
import type { Environment } from './cuda-folders.js';
import { list, sitePackagesOf } from './python-folders.js';
import { readSmallFile } from './small-file.js';

/** What Open-Sora's versions need of Python and a GPU, by the names that pip has for them. */
const packages = ['torch', 'colossalai', 'flash-attn', 'xformers', 'apex', 'liger-kernel'];

/**
 * The Python environment that `--cuda-libs`, VIRTUAL_ENV or CONDA_PREFIX names, the first of them that is one, and the
 * versions that stand in its packages' metadata. Python itself is never run.
 */
export function readPython(cudaLibs: string | undefined, env: Environment): Reading<Python> {
  const named = [cudaLibs, env.VIRTUAL_ENV, env.CONDA_PREFIX].filter((home) => home);
  const found = named.map((home) => environmentAt(path.resolve(home!))).find((home) => home !== undefined);
  if (found) return pythonAt(found);
  if (named.length === 0)
    return unavailable('no environment was named (--cuda-libs, VIRTUAL_ENV, CONDA_PREFIX)');
  return unavailable(`no site-packages of a Python environment in ${named.join(', ')}`);
}

interface FoundEnvironment {
  home: string;
  sites: string[];
}

/** `--cuda-libs` may be an environment, its site-packages, or a folder in these: the nearest environment at or above. */
function environmentAt(folder: string): FoundEnvironment | undefined {
  for (let home = folder; ; home = path.dirname(home)) {
    const sites = sitePackagesOf(home).filter((site) => list(site).length > 0);
    const holds = sites.some((site) => site === folder || folder.startsWith(site + path.sep));
    if (sites.length > 0 && (home === folder || holds)) return { home, sites };
    if (home === path.dirname(home)) return undefined;
  }
}

function pythonAt({ home, sites }: FoundEnvironment): Python {
  const config = readSmallFile(path.join(home, 'pyvenv.cfg')) ?? '';
  const entries = sites.flatMap((site) => list(site).map((name) => path.join(site, name)));
  // A venv may look into the system's packages as well: docs.python.org/3/library/venv.html.
  const shared = /^include-system-site-packages\s*=\s*true\s*$/im.test(config);
  return {
    path: home,
    pythonVersion: pythonVersion(config, sites),
    packages: Object.fromEntries(packages.map((name) => [name, versionOf(name, entries, shared)])),
  };
}

/** Of pyvenv.cfg (`version` as venv writes it, `version_info` as virtualenv does), or of the folder's name. */
function pythonVersion(config: string, sites: readonly string[]): Reading<string> {
  const written = /^version(?:_info)?\s*=\s*(\d+\.\d+(?:\.\d+)?)/m.exec(config)?.[1];
  const named = /^python(3\.\d+)t?$/.exec(path.basename(path.dirname(sites[0]!)))?.[1];
  return written ?? named ?? unavailable('neither pyvenv.cfg nor the folder of its packages names it');
}

/** By the folders that installers leave: packaging.python.org, "Recording installed projects"; eggs of older ones. */
function versionOf(name: string, entries: readonly string[], shared: boolean): Reading<string> {
  const versions = entries.flatMap((entry) => {
    const [, project, kind] =
      /^(.+?)-\d[^-]*(?:-.*)?\.(dist-info|egg-info)$/.exec(path.basename(entry)) ?? [];
    if (project === undefined || normalised(project) !== name) return [];
    const text =
      kind === 'dist-info'
        ? readSmallFile(path.join(entry, 'METADATA'))
        : (readSmallFile(path.join(entry, 'PKG-INFO')) ?? readSmallFile(entry));
    return [/^Version: *([\w.+!-]{1,64})\s*$/m.exec(headOf(text ?? ''))?.[1]];
  });
  const [first] = versions;
  if (versions.length === 0)
    return unavailable(
      shared ? 'not in it; the system’s packages, which it uses too, were not looked at' : 'not installed',
    );
  if (first === undefined) return unavailable('installed, but its metadata gives no version');
  if (versions.some((version) => version !== first))
    return unavailable(`installed more than once: ${versions.join(', ')}`);
  return first;
}

/** The fields, without the description below them. */
const headOf = (metadata: string) => metadata.split(/\r?\n\r?\n/, 1)[0]!;

/** PEP 503: case, and which of `-`, `_` and `.` stand between words, tell nothing apart. */
const normalised = (name: string) => name.toLowerCase().replace(/[-_.]+/g, '-');
