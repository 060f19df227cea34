import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../../src-main/contract/qualification.js';
import { judgedMachineSchema } from '../../../../src-main/contract/qualification.js';
import type { Report } from '../../../../src-main/contract/report.js';
import { makeBaseline } from '../../../../src-main/report/qualify/make-baseline.js';
import { qualify } from '../../../../src-main/report/qualify/qualify.js';
import { labReport, scaled, withCheck } from '../../../fixtures/lab-reports.js';
import { probe } from '../../../fixtures/probes.js';

const good = labReport();
const baseline = makeBaseline([{ name: 'good.json', report: good }]);
const judge = (report: Report, tolerance?: number) => qualify(report, baseline, tolerance);
const failures = (report: Report, tolerance?: number) =>
  judge(report, tolerance).rules.filter(({ status }) => status === 'fail');
const ids = (rules: readonly Rule[]) => [...new Set(rules.map(({ id }) => id))];

describe('a machine', () => {
  it('that is as the baseline qualifies, with value, limit and margin of every figure', () => {
    const judged = judge(good);
    expect(judged.qualified).toBe(true);
    expect(judgedMachineSchema.parse(judged)).toEqual(judged);
    for (const id of ['throughput', 'memory']) {
      const rules = judged.rules.filter((rule) => rule.id === id);
      expect(rules).toHaveLength(4);
      for (const { value, limit, margin } of rules) {
        // 5 % below the median over a limit that is itself 5 % lower, and the reverse for memory.
        expect(margin).toBeCloseTo(id === 'throughput' ? 0.05 / 0.95 : 0.05 / 1.05, 9);
        expect(Number(limit) / Number(value)).toBeCloseTo(id === 'throughput' ? 0.95 : 1.05, 9);
      }
    }
  });

  it('may be slower and take more memory by the tolerance, and no more', () => {
    expect(failures(scaled(good, { speed: 0.951, memory: 1.049 }))).toEqual([]);
    expect(ids(failures(scaled(good, { speed: 0.949 })))).toEqual(['throughput']);
    expect(ids(failures(scaled(good, { memory: 1.051 })))).toEqual(['memory']);
    expect(failures(scaled(good, { speed: 0.91, memory: 1.09 }), 0.1)).toEqual([]);
    expect(failures(scaled(good, { speed: 3, memory: 0.2 }))).toEqual([]);
    expect(failures(scaled(good, { speed: 0.8 }))[0]!.margin).toBeCloseTo(0.8 / 0.95 - 1, 9);
  });

  it.each([
    [
      'crashed',
      probe({ block: 'double', batch: 2, frames: 129 }, { status: 'crashed', cause: 'SIGSEGV' }),
      /crashed: SIGSEGV/,
    ],
    ['timed out', probe({ block: 'double', batch: 2, frames: 129 }, { status: 'timed-out' }), /timed-out/],
    [
      'modelled',
      probe({ block: 'double', batch: 2, frames: 129 }, { evidence: 'modelled', cause: 'no time was left' }),
      /not measured: no time/,
    ],
    ['on the CPU', probe({ block: 'double', batch: 2, frames: 129 }, { provider: 'cpu' }), /measured on cpu/],
  ])('fails by a point that %s', (_, one, says) => {
    const probes = good.probes.map((each) =>
      each.point.block === 'double' && each.point.batch === 2 ? one : each,
    );
    const found = failures({ ...good, probes });
    expect(ids(found)).toEqual(['probe']);
    expect(found[0]!.text).toMatch(says);
  });

  it('fails by a missing point, by one without its figures, and by a crash at a point of its own', () => {
    const missing = failures({ ...good, probes: good.probes.slice(1) });
    expect(missing.map(({ id, value }) => [id, value])).toEqual([['probe', 'missing']]);

    const [first, ...rest] = good.probes;
    const unread = { unavailable: 'the driver does not say' };
    const memory = { ...(first!.memory as object), deviceBytes: unread } as (typeof good.probes)[0]['memory'];
    const without = { ...good, probes: [{ ...first!, memory, tokensPerSecond: unread }, ...rest] };
    expect(ids(failures(without))).toEqual(['throughput', 'memory']);

    const more = probe({ block: 'double', batch: 4, frames: 129 }, { status: 'out-of-memory' });
    expect(failures({ ...good, probes: [...good.probes, more] })[0]!.text).toMatch(/batch 4.*out-of-memory/);
    const crashed = { ...first!, status: 'crashed' as const, cause: 'SIGSEGV' };
    for (const probes of [
      [...good.probes, crashed],
      [crashed, ...good.probes],
    ])
      expect(failures({ ...good, probes }).map(({ id, value }) => [id, value])).toEqual([
        ['probe', 'crashed'],
      ]);
  });

  it('is said not to be tested in what the baseline has no figure of', () => {
    const [first, ...rest] = baseline.points;
    const unread = { unavailable: 'not every report timed it' };
    const bare = { ...baseline, points: [{ ...first!, tokensPerSecond: unread, memory: unread }, ...rest] };
    const { rules, qualified } = qualify(good, bare);
    expect(qualified).toBe(true);
    expect(
      rules.filter(({ point, status }) => point !== null && status !== 'pass').map((rule) => rule.text),
    ).toEqual([
      expect.stringMatching(/the baseline has no throughput of it \(not every report timed it\)/),
      expect.stringMatching(/the baseline has no memory of it/),
    ]);
  });

  it('fails where a GPU is missing or another one, the run stopped, or the verdict is worse', () => {
    const { machine } = good;
    const gone = { ...good, machine: { ...machine, gpus: machine.gpus.slice(1) } };
    expect(failures(gone)[0]).toMatchObject({ id: 'gpus', value: '7 × NVIDIA H100 80GB HBM3' });
    expect(ids(failures({ ...good, state: 'cancelled' }))).toEqual(['complete']);
    const other = { ...good.device, used: 'cpu', reason: 'no CUDA' };
    expect(ids(failures({ ...good, device: other }))).toEqual(['device']);
    const verdict = { ...good.verdict, status: 'inconclusive' as const };
    expect(ids(failures({ ...good, verdict }))).toEqual(['verdict']);
  });

  it.each<[string, Parameters<typeof withCheck>[2], Rule['status'] | undefined]>([
    ['gpu-ecc', 'fail', 'fail'],
    ['gpu-ecc', 'look', 'fail'],
    ['gpu-ecc', 'not-tested', 'fail'],
    ['gpu-ecc', null, 'fail'],
    ['gpu-persistence', 'pass', 'pass'],
    ['gpu-persistence', 'look', 'look'],
    ['gpu-persistence', 'not-tested', 'fail'],
    ['gpu-persistence', 'fail', 'fail'],
    ['rate-all', 'not-tested', 'not-tested'],
    ['rate-all', 'look', 'look'],
    ['rate-all', null, undefined],
    ['container', 'look', 'look'],
    ['container', 'not-tested', 'fail'],
  ])('whose check %s comes to %s is judged %s', (id, status, wanted) => {
    const judged = judge(withCheck(good, id, status));
    const rule = judged.rules.find((each) => each.id === `check:${id}`);
    expect(rule?.status).toBe(wanted);
    expect(judged.qualified).toBe(wanted !== 'fail');
  });
});

describe('a report of another run', () => {
  it('is refused, since not the machine is wrong then', () => {
    const batch = { ...good.target, effectiveBatch: 64 };
    expect(() => judge({ ...good, target: batch })).toThrow(/another run.*effectiveBatch 64, not 32/);
    expect(() => judge({ ...good, profile: 'quick' })).toThrow(/profile quick, not standard/);
  });
});
