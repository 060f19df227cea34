import { existsSync } from 'node:fs';
import path from 'node:path';
import { isUnavailable, type Reading, unavailable } from '../contract/evidence.js';
import type { Environment } from './cuda-folders.js';
import { processIdsAreOurs } from './pid-namespace.js';

/** What a container leaves to be known by. */
export interface SurroundingMarks {
  env: Environment;
  /** Whether a file is there, by its path from the root. */
  has: (file: string) => boolean;
  /** Text of a file, undefined where it cannot be read. */
  read: (file: string) => string | undefined;
  /** Whether process ids are those of Linux's first namespace. */
  firstPidNamespace: boolean;
}

/**
 * What this process runs in, the innermost first, e.g. `kubernetes, wsl`; `none` on the bare system or in a virtual
 * machine. The files are those that systemd looks at (src/basic/virt.c, detect_container_files) and the interface that
 * container managers keep to (systemd.io/CONTAINER_INTERFACE: `container=` and /run/systemd/container); pods by the
 * variable that kubelet sets in each; Apptainer's variables from its documentation; WSL by its kernel's name.
 */
export function surroundingsOf({ env, has, read, firstPidNamespace }: SurroundingMarks): string {
  const manager = env.container ?? read('run/systemd/container')?.trim() ?? '';
  const groups = read('proc/self/cgroup') ?? '';
  const marks: readonly [name: string, found: boolean][] = [
    ['kubernetes', Boolean(env.KUBERNETES_SERVICE_HOST) || /\/kubepods/.test(groups)],
    ['podman', has('run/.containerenv') || manager === 'podman'],
    ['docker', has('.dockerenv') || manager === 'docker' || /\/docker[/-]/.test(groups)],
    ['lxc', /^lxc/.test(manager) || /\/lxc[./]/.test(groups)],
    ['systemd-nspawn', manager === 'systemd-nspawn'],
    [
      'apptainer',
      Boolean(env.APPTAINER_CONTAINER || env.SINGULARITY_CONTAINER) || has('.singularity.d/runscript'),
    ],
  ];
  const containers = marks.filter(([, found]) => found).map(([name]) => name);
  if (containers.length === 0 && !firstPidNamespace) containers.push('a container of an unknown kind');
  if (/microsoft/i.test(read('proc/sys/kernel/osrelease') ?? '')) containers.push('wsl');
  return containers.join(', ') || 'none';
}

/** What this process runs in, from the files under `root`. */
export function readSurroundings(
  read: SurroundingMarks['read'],
  env: Environment = process.env,
  root = '/',
): Reading<string> {
  if (process.platform !== 'linux') return unavailable('containers are told apart on Linux alone');
  const has = (file: string) => existsSync(path.join(root, file));
  return surroundingsOf({ env, has, read, firstPidNamespace: !isUnavailable(processIdsAreOurs(root)) });
}
