import { describe, expect, it } from 'vitest';
import type { Python } from '../../../src-main/contract/machine.js';
import { pythonSuits } from '../../../src-main/decide/python-finding.js';
import { meets } from '../../../src-main/decide/python-version.js';
import { decide } from '../../../src-main/decide/verdict.js';
import { gpu, inputOf, judged, machine } from './decide-input.js';

const absent = { unavailable: 'not installed' };
/** main:requirements.txt and README.md. */
const v2: Python['packages'] = {
  torch: '2.4.0+cu121',
  colossalai: '0.4.6',
  'flash-attn': '2.6.3',
  'liger-kernel': '0.5.2',
  xformers: '0.0.27.post2',
  apex: absent,
};
/** v1.2:requirements/requirements.txt and requirements-cu121.txt. */
const v12: Python['packages'] = {
  torch: '2.3.0+cu121',
  colossalai: '0.3.7',
  xformers: '0.0.26.post1',
  'flash-attn': '2.5.8',
  apex: '0.1',
  'liger-kernel': absent,
};

describe('versions of Python packages', () => {
  // The order of PEP 440's own list ("Summary of permitted suffixes and relative ordering").
  const order = [
    '1.0.dev456',
    '1.0a1',
    '1.0a2.dev456',
    '1.0a12',
    '1.0b1',
    '1.0rc1',
    '1.0',
    '1.0.post1',
    '1.1.dev1',
    '1.1',
    '1.10',
  ];
  it('are ordered as PEP 440 orders them', () => {
    order.forEach((version, at) => {
      order.forEach((wanted, other) => {
        expect(`${version}>=${wanted}: ${meets(version, `>=${wanted}`)}`).toBe(
          `${version}>=${wanted}: ${at >= other}`,
        );
        expect(meets(version, `==${wanted}`)).toBe(at === other);
      });
    });
  });

  it('match whatever their local part, and with zeros at the end', () => {
    expect(meets('2.4.0+cu121', '==2.4.0')).toBe(true);
    expect(meets('2.4', '==2.4.0')).toBe(true);
    expect(meets('2.4.0.post1', '==2.4.0')).toBe(false);
    expect(meets('anything', '')).toBe(true);
  });

  it('are not guessed where they cannot be read', () => {
    expect(meets('unknown', '>=1.0')).toBeUndefined();
    expect(meets('1.0', '~=1.0')).toBeUndefined();
  });
});

describe('what a version of Open-Sora asks of Python', () => {
  it('is there as upstream installs it', () => {
    expect(pythonSuits('v2.0', { packages: v2 })).toEqual({
      ok: true,
      problems: [],
      suitable: [
        'torch 2.4.0+cu121',
        'colossalai 0.4.6',
        'flash-attn 2.6.3',
        'liger-kernel 0.5.2',
        'xformers 0.0.27.post2',
      ],
    });
    expect(pythonSuits('v1.2', { packages: v12 }).ok).toBe(true);
    expect(pythonSuits('v1.0', { packages: v12 }).ok).toBe(true);
  });

  it('is not what another version asks for', () => {
    expect(pythonSuits('v1.3', { packages: v12 }).problems).toEqual([
      'torch 2.3.0+cu121, not ==2.2.2',
      'colossalai 0.3.7, not >=0.4.1',
      'xformers 0.0.26.post1, not ==0.0.25.post1',
    ]);
    expect(pythonSuits('v2.0', { packages: v12 }).problems).toContain(
      'liger-kernel: not installed (upstream asks for liger-kernel==0.5.2)',
    );
  });

  it('names the setting for what it can do without, and the wrong apex', () => {
    const packages = { ...v12, 'flash-attn': absent, apex: '0.9.10.dev0' };
    expect(pythonSuits('v1.2', { packages })).toMatchObject({
      ok: false,
      problems: ['flash-attn: not installed; set enable_flash_attn=False', 'apex 0.9.10.dev0, not ==0.1'],
    });
    expect(pythonSuits('v1.2', { packages: {} }).problems[0]).toContain('torch: not looked for');
  });
});

describe('the finding', () => {
  const reasonWith = (python: Python | { unavailable: string }, more = {}) => {
    const here = machine([gpu(0, 79)]);
    const input = inputOf({ machine: { ...here, host: { ...here.host, python } }, ...more });
    const { verdict } = decide(input);
    return { verdict: verdict.status, reason: verdict.reasons.find(({ id }) => id === 'python') };
  };
  const environment = (packages: Python['packages']) => ({ path: '/env', pythonVersion: '3.10', packages });

  it('passes, is to be looked at, or was not tested, and never stands against a go', () => {
    expect(reasonWith(environment(v12))).toMatchObject({ verdict: 'go', reason: { status: 'pass' } });
    expect(reasonWith(environment(v2))).toMatchObject({
      verdict: 'go',
      reason: { status: 'look', text: expect.stringContaining('torch 2.4.0+cu121, not ==2.3.0') },
    });
    expect(reasonWith({ unavailable: 'none was named' })).toMatchObject({
      verdict: 'go',
      reason: { status: 'not-tested', text: expect.stringContaining('none was named') },
    });
  });

  it('is not tested where another machine will run it', () => {
    const elsewhere = { device: 'none', probes: [], judged: judged('H100', 79.1) };
    expect(reasonWith(environment(v12), elsewhere).reason).toMatchObject({ status: 'not-tested' });
  });
});
