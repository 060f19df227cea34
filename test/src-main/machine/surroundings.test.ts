import { describe, expect, it } from 'vitest';
import { type SurroundingMarks, surroundingsOf } from '../../../src-main/machine/surroundings.js';

/** A bare system, but for what a test puts there. */
function seen(there: {
  env?: Record<string, string>;
  files?: Record<string, string>;
  firstPidNamespace?: boolean;
}) {
  const files = there.files ?? {};
  const marks: SurroundingMarks = {
    env: there.env ?? {},
    has: (file) => file in files,
    read: (file) => files[file],
    firstPidNamespace: there.firstPidNamespace ?? true,
  };
  return surroundingsOf(marks);
}
const osrelease = 'proc/sys/kernel/osrelease';

describe('what a process runs in', () => {
  it('is nothing on the bare system, with Docker itself running beside', () => {
    const files = {
      'proc/self/cgroup': '0::/user.slice/user-1000.slice\n1:name=systemd:/system.slice/docker.service\n',
      [osrelease]: '6.8.0-45-generic\n',
    };
    expect(seen({ files })).toBe('none');
  });

  it.each([
    ['docker', { files: { '.dockerenv': '' } }],
    ['docker', { files: { 'proc/self/cgroup': '4:memory:/docker/0f3a\n' } }],
    ['docker', { files: { 'proc/self/cgroup': '0::/system.slice/docker-0f3a.scope\n' } }],
    ['podman', { files: { 'run/.containerenv': '' } }],
    ['podman', { env: { container: 'podman' } }],
    ['lxc', { files: { 'run/systemd/container': 'lxc\n' } }],
    ['lxc', { files: { 'proc/self/cgroup': '0::/lxc.payload.web/user.slice\n' } }],
    ['systemd-nspawn', { env: { container: 'systemd-nspawn' } }],
    ['apptainer', { env: { APPTAINER_CONTAINER: '/images/torch.sif' } }],
    ['kubernetes', { env: { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, firstPidNamespace: false }],
    ['kubernetes', { files: { 'proc/self/cgroup': '0::/kubepods.slice/pod1\n' } }],
    ['wsl', { files: { [osrelease]: '5.15.153.1-microsoft-standard-WSL2\n' } }],
  ])('knows %s by %j', (name, there) => {
    expect(seen(there)).toBe(name);
  });

  it('names the innermost first, and a container that it does not know as one', () => {
    const wsl = { [osrelease]: '5.15.153.1-microsoft-standard-WSL2\n' };
    expect(seen({ files: { ...wsl, '.dockerenv': '' }, firstPidNamespace: false })).toBe('docker, wsl');
    expect(seen({ firstPidNamespace: false })).toBe('a container of an unknown kind');
  });
});
