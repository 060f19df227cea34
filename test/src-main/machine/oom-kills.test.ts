import { describe, expect, it } from 'vitest';
import { oomKillCounter } from '../../../src-main/machine/oom-kills.js';
import { tree } from './tree.js';

const events = (count: number) => `low 0\nhigh 0\nmax 7\noom 2\noom_kill ${count}\noom_group_kill 0\n`;

describe('processes that the kernel ended for their memory', () => {
  it('are counted in the groups of cgroup v2 and on the machine', () => {
    const root = tree({
      'proc/7/cgroup': '0::/user/job\n',
      'proc/self/cgroup': '0::/user/other\n',
      'sys/fs/cgroup/user/job/memory.events': events(2),
      'sys/fs/cgroup/user/other/memory.events': events(40),
      'sys/fs/cgroup/user/memory.events': events(3),
      'proc/vmstat': 'nr_free_pages 12\noom_kill 5\ndrop_pagecache 0\n',
    });
    expect(oomKillCounter(7, root)()).toBe(10);
    expect(oomKillCounter('self', root)()).toBe(48);
  });

  it('are counted in the groups of cgroup v1', () => {
    const root = tree({
      'proc/7/cgroup': '5:devices:/\n4:memory:/job\n0::/\n',
      'sys/fs/cgroup/memory/job/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 4\n',
    });
    expect(oomKillCounter(7, root)()).toBe(4);
  });

  it('are not counted where nothing counts them', () => {
    expect(oomKillCounter(7, tree({}))()).toBeNull();
  });

  it('are counted here, where the kernel is Linux', () => {
    if (process.platform === 'linux') expect(oomKillCounter()()).toBeGreaterThanOrEqual(0);
  });
});
