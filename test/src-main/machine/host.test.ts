import { describe, expect, it } from 'vitest';
import { hostSchema } from '../../../src-main/contract/machine.js';
import { readCgroupLimits } from '../../../src-main/machine/cgroup.js';
import { osName, parseMeminfo, readHost, usableCores } from '../../../src-main/machine/host.js';
import { tree } from './tree.js';

const gibi = 2 ** 30;

/** As Linux writes it: fs/proc/base.c, proc_pid_limits. */
const limits = (
  locked: string,
) => `Limit                     Soft Limit           Hard Limit           Units     
Max address space         unlimited            unlimited            bytes     
Max locked memory         ${locked.padEnd(20)} unlimited            bytes     
Max file locks            unlimited            unlimited            locks     
`;

describe('control groups', () => {
  it('takes the narrowest of a v2 group and those above it', () => {
    const root = tree({
      'proc/self/cgroup': '0::/slurm/job_7\n',
      'sys/fs/cgroup/slurm/job_7/cpu.max': '400000 100000\n',
      'sys/fs/cgroup/slurm/cpu.max': '250000 100000\n',
      'sys/fs/cgroup/slurm/job_7/memory.max': 'max\n',
      'sys/fs/cgroup/slurm/memory.max': `${64 * gibi}\n`,
      'sys/fs/cgroup/slurm/memory.current': `${50 * gibi}\n`,
      'sys/fs/cgroup/slurm/memory.stat': `anon 1\ninactive_file ${20 * gibi}\nactive_file 5\n`,
    });
    // 64 − (50 − 20 of cache that can be dropped)
    expect(readCgroupLimits(root)).toEqual({
      cores: 2.5,
      memory: { limitBytes: 64 * gibi, leftBytes: 34 * gibi },
    });
  });

  it('reads a v2 container, which sees its own group as the root', () => {
    const root = tree({
      'proc/self/cgroup': '0::/\n',
      'sys/fs/cgroup/cpu.max': '150000 100000\n',
      'sys/fs/cgroup/memory.max': `${8 * gibi}\n`,
      'sys/fs/cgroup/memory.current': `${3 * gibi}\n`,
    });
    expect(readCgroupLimits(root)).toEqual({
      cores: 1.5,
      memory: { limitBytes: 8 * gibi, leftBytes: 5 * gibi },
    });
  });

  it("reads a v1 container whose path is the host's", () => {
    const root = tree({
      'proc/self/cgroup': '5:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n3:freezer:/docker/abc\n',
      'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '600000\n',
      'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
      'sys/fs/cgroup/memory/memory.limit_in_bytes': `${16 * gibi}\n`,
      'sys/fs/cgroup/memory/memory.usage_in_bytes': `${6 * gibi}\n`,
      'sys/fs/cgroup/memory/memory.stat': `inactive_file 1\ntotal_inactive_file ${2 * gibi}\n`,
    });
    expect(readCgroupLimits(root)).toEqual({
      cores: 6,
      memory: { limitBytes: 16 * gibi, leftBytes: 12 * gibi },
    });
  });

  it.each([
    ['', '5'],
    ['1000000', 'unreadable'],
    ['1000000', ''],
  ])('takes no limit from %j beside a use of %j', (limit, use) => {
    const root = tree({
      'proc/self/cgroup': '0::/\n',
      'sys/fs/cgroup/memory.max': limit,
      'sys/fs/cgroup/memory.current': use,
    });
    expect(readCgroupLimits(root).memory).toBeNull();
  });

  it('takes v1’s largest number, −1 and max for no limit', () => {
    const root = tree({
      'proc/self/cgroup': '5:cpu:/\n4:memory:/\n0::/\n',
      'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
      'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
      'sys/fs/cgroup/memory/memory.usage_in_bytes': '4096\n',
      'sys/fs/cgroup/cpu.max': 'max 100000\n',
    });
    expect(readCgroupLimits(root)).toEqual({ cores: null, memory: null });
    expect(readCgroupLimits(tree({}))).toEqual({ cores: null, memory: null });
  });
});

describe('the host', () => {
  const status = 'Name:\tnode\nCpus_allowed:\tff0f\nCpus_allowed_list:\t0-3,8-15\n';

  it('counts the cores of the affinity, or the quota where that is less', () => {
    expect(usableCores(status, null)).toBe(12);
    expect(usableCores(status, 2.5)).toBe(2.5);
    expect(usableCores(status, 64)).toBe(12);
    expect(usableCores('Cpus_allowed_list:\t5\n', null)).toBe(1);
  });

  it('reads memory in KiB, and nothing where a line is missing', () => {
    expect(parseMeminfo('MemTotal:       1024 kB\nMemFree: 1 kB\nMemAvailable:    512 kB\n')).toEqual({
      totalBytes: 1_048_576,
      freeBytes: 524_288,
    });
    expect(parseMeminfo('MemTotal:       1024 kB\n')).toBeUndefined();
  });

  it('names the distribution before the kernel', () => {
    expect(osName('ID=ubuntu\nPRETTY_NAME="Ubuntu 22.04.4 LTS"\n')).toMatch(/^Ubuntu 22\.04\.4 LTS, \w+ \S+/);
    expect(osName(undefined)).toMatch(/^\w+ \S+/);
  });

  it.skipIf(process.platform !== 'linux')('calls free what the control group leaves', async () => {
    const root = tree({
      'proc/meminfo': `MemTotal: ${256 * 1024 ** 2} kB\nMemAvailable: ${200 * 1024 ** 2} kB\n`,
      'proc/self/status': status,
      'proc/self/cgroup': '0::/\n',
      'sys/fs/cgroup/cpu.max': '400000 100000\n',
      'sys/fs/cgroup/memory.max': `${32 * gibi}\n`,
      'sys/fs/cgroup/memory.current': `${2 * gibi}\n`,
      'proc/self/limits': limits('8388608'),
    });
    const host = hostSchema.parse(await readHost({ root, env: {} }));
    expect(host.memory).toEqual({
      totalBytes: 256 * gibi,
      freeBytes: 30 * gibi,
      cgroupLimitBytes: 32 * gibi,
      pinnedLimitBytes: 8_388_608,
      // The tree has no such folder.
      shared: { unavailable: expect.stringContaining('ENOENT') },
    });
    expect(host.surroundings).toBe('none');
    expect(host.dataDisk).toEqual({ unavailable: 'not asked for (--data)' });
    expect(host.python).toHaveProperty('unavailable');
    expect(host.cpu.usableCores).toBe(4);
  });
});
