import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';

/** What a container's image has of its own, taken from this machine: Node, and the system. */
const image = [
  dirname(dirname(process.execPath)),
  '/bin',
  '/dev',
  '/etc',
  '/lib',
  '/lib64',
  '/proc',
  '/sys',
  '/usr',
];

export interface Mount {
  mountPath: string;
  readOnly?: boolean;
}

/** Why no container can be made here, for a test's name; empty where one can. */
export const containerAbsent =
  process.platform === 'linux' &&
  spawnSync('/usr/bin/unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0
    ? ''
    : ' (skipped: only root on Linux may mount)';

/**
 * Runs a command where it sees an image's own folders, an empty /tmp, and what is mounted, as a container does: a mount
 * namespace of its own, and another root.
 */
export function runInContainer(command: readonly string[], mounts: readonly Mount[]) {
  const script = `set -e
    root=/mnt
    mount -t tmpfs tmpfs $root
    mkdir $root/tmp
    bind() { if [ -d "$1" ]; then mkdir -p "$root$1"; mount --rbind "$1" "$root$1"; fi; }
    for path in ${image.join(' ')}; do bind $path; done
    while [ "$1" != -- ]; do
      bind "$2"
      if [ $1 = ro ]; then mount -o remount,ro,bind "$root$2"; fi
      shift 2
    done
    shift
    exec chroot $root "$@"`;
  const binds = mounts.flatMap(({ mountPath, readOnly }) => [readOnly ? 'ro' : 'rw', mountPath]);
  return spawnSync('/usr/bin/unshare', ['--mount', 'sh', '-c', script, 'sh', ...binds, '--', ...command], {
    encoding: 'utf8',
    cwd: '/',
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/tmp' },
  });
}
