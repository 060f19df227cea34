import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Point, type Probe, type ProbeStatus, probeSchema } from '../../../src-main/contract/probe.js';
import type { Target } from '../../../src-main/contract/target.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import type { Timing } from '../../../src-main/probe/messages.js';
import { modelledProbe } from '../../../src-main/probe/modelled.js';
import { type SweepOptions, type SweepProgress, sweep } from '../../../src-main/probe/sweep.js';

const flags = { model: 'v1.2', resolution: '144p', frames: 51, batch: 4 } as const;
const target = resolveTarget({ ...flags, task: 'train', checkpointing: 'none' });
const batchOf = (batch: number): Target => ({ ...target, buckets: [{ ...target.buckets[0]!, batch }] });

/** What a device of so many FLOP/s would give; the clock that the sweep plans by moves on by its time. */
function measuredBy(status: (point: Point, timing: Timing) => ProbeStatus, flopsPerSecond: number) {
  return (point: Point, timing: Timing): Probe => {
    const graph = modelledProbe(point, '');
    const ended = status(point, timing);
    const seconds = graph.flops / flopsPerSecond;
    vi.advanceTimersByTime(1000 * seconds * (timing.once ? 1 : 9));
    const common = { ...graph, provider: 'cpu', evidence: 'measured', status: ended, wallSeconds: seconds };
    const none = { unavailable: ended };
    if (ended !== 'ok')
      return probeSchema.parse({ ...common, cause: `it ended as ${ended}`, memory: none, time: none });
    const time = {
      medianSeconds: seconds,
      spread: 0,
      samples: [seconds],
      warmups: [],
      secondsByOperatorClass: {},
    };
    return probeSchema.parse({
      ...common,
      cause: '',
      time: timing.once ? none : time,
      phases: { load: 0.1, profile: 2 * seconds },
    });
  };
}

interface Fake extends Partial<SweepOptions> {
  status?: (point: Point, timing: Timing) => ProbeStatus;
  flopsPerSecond?: number;
}

async function run({ status = () => 'ok', flopsPerSecond = 1e14, ...over }: Fake = {}) {
  const log: string[] = [];
  const recorded: Probe[] = [];
  const progress: SweepProgress[] = [];
  const timings: Timing[] = [];
  const device = measuredBy(status, flopsPerSecond);
  const results = await sweep({
    target,
    profile: 'quick',
    dtype: 'fp32',
    firstGuess: flopsPerSecond,
    freeBytes: 2 ** 50,
    finished: [],
    signal: new AbortController().signal,
    measure: async (point, timing) => {
      log.push(`measure ${nameOf(point)}`);
      timings.push(timing);
      return device(point, timing);
    },
    record: async (probe) => {
      await Promise.resolve();
      log.push(`record ${nameOf(probe.point)}`);
      recorded.push(probe);
    },
    onProgress: (at) => progress.push(at),
    ...over,
  });
  const measured = log.filter((line) => line.startsWith('measure')).map((line) => line.slice(8));
  return { results, log, measured, recorded, progress, timings };
}

function nameOf({ block, frames, batch, optimizer, checkpoint }: Point): string {
  return `${block} ${frames}f b${batch}${optimizer ? ' adamw' : ''}${checkpoint ? ' checkpoint' : ''}`;
}
const find = (probes: readonly Probe[], name: string) => probes.find(({ point }) => nameOf(point) === name);
const isOwn = ({ frames, batch }: Point) => frames === 51 && batch === 4;
/** Runs up to so many samples at 51 frames, with nothing beside the block. */
const upTo =
  (most: number, ended: ProbeStatus = 'out-of-memory') =>
  ({ block, batch, frames }: Point): ProbeStatus =>
    block === 'spatial' && frames === 51 && batch > most ? ended : 'ok';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a sweep in which all goes well', () => {
  it('goes from small to the own shape, every kind of block at each, AdamW at the smallest', async () => {
    const { measured, results } = await run();
    expect(measured).toEqual([
      'spatial 17f b1',
      'temporal 17f b1',
      'spatial 17f b1 adamw',
      'temporal 17f b1 adamw',
      'spatial 51f b1',
      'temporal 51f b1',
      'spatial 51f b2',
      'temporal 51f b2',
      'spatial 51f b4',
      'temporal 51f b4',
    ]);
    expect(results.map(({ point }) => nameOf(point))).toEqual(measured);
  });

  it('measures recomputation where the target checkpoints, and no optimiser in inference', async () => {
    const { measured } = await run({ target: { ...target, checkpointedBlocks: { spatial: 28 } } });
    expect(measured.filter((name) => name.includes('checkpoint'))).toEqual(['spatial 17f b1 checkpoint']);
    const inference = resolveTarget({ ...flags, task: 'infer', batch: 1 });
    const found = await run({ target: inference });
    expect(found.measured.filter((name) => name.includes('adamw'))).toEqual([]);
    expect(found.measured.at(-1)).toBe('temporal 51f b2');
  });

  it('has each result recorded before the next is measured', async () => {
    const { log } = await run({ status: upTo(2) });
    for (let index = 0; index < log.length - 1; index += 2) {
      expect(log[index]).toMatch(/^(measure|record)/);
      if (log[index]!.startsWith('measure'))
        expect(log[index + 1]).toBe(log[index]!.replace('measure', 'record'));
    }
  });

  it('tells which point of how many, what the last gave, and the time left', async () => {
    const { progress } = await run();
    expect(progress.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(new Set(progress.map(({ total }) => total))).toEqual(new Set([10]));
    expect(progress[0]!.last).toBeNull();
    expect(nameOf(progress[5]!.last!.point)).toBe('spatial 51f b1');
    for (const { secondsLeft } of progress) expect(secondsLeft).toBeGreaterThan(0);
    expect(progress.at(-1)!.secondsLeft).toBeLessThan(progress[0]!.secondsLeft);
  });
});

describe('a shape that fails', () => {
  it.each([3, 4, 5, 6, 7])(
    'stops its kind, which is bisected to the largest that runs: %i samples',
    async (most) => {
      const { measured, results } = await run({ target: batchOf(8), status: upTo(most) });
      const ran = results.filter(
        ({ status, evidence, point }) =>
          status === 'ok' && evidence === 'measured' && point.block === 'spatial',
      );
      expect(Math.max(...ran.map(({ point }) => point.batch))).toBe(most);
      expect(measured).toContain('temporal 51f b8');
      const batches = measured.filter((name) => /^spatial 51f/.test(name));
      expect(new Set(batches).size).toBe(batches.length);
    },
  );

  it('has the own shape answered from the graph, with the cause', async () => {
    const { results } = await run({ target: batchOf(8), status: upTo(1) });
    expect(find(results, 'spatial 51f b2')).toMatchObject({ status: 'out-of-memory', evidence: 'measured' });
    expect(find(results, 'spatial 51f b8')).toMatchObject({
      evidence: 'modelled',
      cause: 'not tried: a smaller shape of this block ended as out-of-memory',
    });
  });

  it.each(['crashed', 'timed-out', 'not-supported', 'out-of-memory'] as const)(
    'is a row where it %s, and the sweep goes on',
    async (ended) => {
      const { results, recorded } = await run({ status: upTo(2, ended) });
      expect(find(results, 'spatial 51f b4')).toMatchObject({ status: ended, cause: `it ended as ${ended}` });
      expect(find(recorded, 'spatial 51f b4')).toMatchObject({ status: ended });
      expect(find(results, 'temporal 51f b4')).toMatchObject({ status: 'ok', evidence: 'measured' });
    },
  );

  it('is not narrowed down where more time or another shape would not help', async () => {
    for (const ended of ['timed-out', 'not-supported'] as const) {
      const { measured } = await run({ target: batchOf(8), status: upTo(4, ended) });
      expect(measured.filter((name) => /b[567]$/.test(name))).toEqual([]);
    }
  });

  it('at AdamW alone says nothing of the block without it', async () => {
    const { results } = await run({ status: ({ optimizer }) => (optimizer ? 'out-of-memory' : 'ok') });
    expect(find(results, 'spatial 17f b1 adamw')).toMatchObject({ status: 'out-of-memory' });
    expect(find(results, 'spatial 51f b4')).toMatchObject({ status: 'ok', evidence: 'measured' });
  });

  it('is bisected at its own frames, though another number of frames ran last', async () => {
    // By size 51 frames of one sample come before 17 frames of four.
    const { results } = await run({
      target: batchOf(8),
      profile: 'standard',
      status: ({ block, batch, frames }) =>
        block === 'spatial' && frames === 17 && batch > 5 ? 'out-of-memory' : 'ok',
    });
    expect(find(results, 'spatial 17f b5')).toMatchObject({ status: 'ok' });
    expect(find(results, 'spatial 17f b6')).toMatchObject({ status: 'out-of-memory' });
  });
});

describe('a sweep short of time', () => {
  it('leaves shapes out on the way, and runs the own shape once for its memory', async () => {
    const own = modelledProbe(find((await run()).results, 'spatial 51f b4')!.point, '').flops;
    // A step of the own shape takes 15 s: nine of each are too many for three minutes, two are not.
    const { results, measured, timings } = await run({ flopsPerSecond: own / 15 });
    for (const kind of ['spatial', 'temporal']) {
      const probe = find(results, `${kind} 51f b4`)!;
      expect(probe).toMatchObject({ status: 'ok', evidence: 'measured' });
      expect(timings[measured.indexOf(`${kind} 51f b4`)]!.once).toBe(true);
    }
    expect(measured).not.toContain('spatial 51f b2');
    expect(performance.now()).toBeLessThan(240_000);
  });

  it('answers the own shape from the graph where even one run is too long, and says why', async () => {
    const { results, measured } = await run({ flopsPerSecond: 5e8 });
    for (const kind of ['spatial', 'temporal'])
      expect(find(results, `${kind} 51f b4`)).toMatchObject({
        evidence: 'modelled',
        cause: expect.stringMatching(
          /^not tried: it would take about \d+ s and \d+ s of the sweep's time is left$/,
        ),
      });
    expect(measured).not.toContain('spatial 51f b4');
  });
});

describe('a sweep short of memory', () => {
  it('does not try what needs more than is free, and says how much', async () => {
    const { results, measured } = await run({ freeBytes: 2 ** 30 });
    expect(measured).toContain('spatial 17f b1');
    expect(measured).not.toContain('spatial 51f b4');
    expect(find(results, 'spatial 51f b4')).toMatchObject({
      evidence: 'modelled',
      cause: expect.stringMatching(/^not tried: needs about \d+\.\d GiB and 1\.0 GiB is free$/),
    });
  });

  it('measures nothing where nothing fits, and still answers the own shape', async () => {
    const { results, measured } = await run({ freeBytes: 0 });
    expect(measured).toEqual([]);
    expect(results.map(({ point, evidence }) => `${nameOf(point)} ${evidence}`)).toEqual([
      'spatial 51f b4 modelled',
      'temporal 51f b4 modelled',
    ]);
  });
});

describe('a sweep that is cancelled', () => {
  it('ends with the probe under way, which is a row', async () => {
    const controller = new AbortController();
    const { results, recorded, measured } = await run({
      signal: controller.signal,
      status: ({ frames }) => {
        if (frames !== 51) return 'ok';
        controller.abort();
        return 'cancelled';
      },
    });
    expect(measured.at(-1)).toBe('spatial 51f b1');
    expect(results.at(-1)).toMatchObject({ status: 'cancelled' });
    expect(recorded).toHaveLength(measured.length);
  });

  it('ends in the middle of a bisection as well', async () => {
    const controller = new AbortController();
    const { measured } = await run({
      target: batchOf(16),
      signal: controller.signal,
      status: ({ block, batch, frames }) => {
        if (block === 'spatial' && frames === 51 && batch === 16) return 'out-of-memory';
        if (batch !== 12) return 'ok';
        controller.abort();
        return 'cancelled';
      },
    });
    expect(measured.at(-1)).toBe('spatial 51f b12');
  });

  it('measures nothing where it was cancelled before', async () => {
    const { measured, results } = await run({ signal: AbortSignal.abort() });
    expect([measured, results]).toEqual([[], []]);
  });
});

describe('a sweep that goes on', () => {
  const status = upTo(5);

  it('takes finished probes over, measures the others, and comes to the same', async () => {
    const whole = await run({ target: batchOf(8), status });
    for (let kept = 0; kept <= whole.recorded.length; kept += 2) {
      const rest = await run({ target: batchOf(8), status, finished: whole.recorded.slice(0, kept) });
      expect([...whole.measured.slice(0, kept), ...rest.measured].toSorted()).toEqual(
        whole.measured.toSorted(),
      );
      expect(new Set(rest.results.map(({ point }) => nameOf(point)))).toEqual(
        new Set(whole.results.map(({ point }) => nameOf(point))),
      );
    }
  });

  it('tries again what was answered from the graph, and does not record it twice', async () => {
    const before = await run({ freeBytes: 0 });
    const again = await run({ freeBytes: 0, finished: before.recorded });
    expect(again.recorded).toEqual([]);
    expect(again.results).toHaveLength(2);
    const roomy = await run({ finished: before.recorded });
    expect(find(roomy.results, 'spatial 51f b4')).toMatchObject({ evidence: 'measured' });
    expect(roomy.results.filter(({ point }) => isOwn(point) && point.block === 'spatial')).toHaveLength(1);
  });

  it('measures again what was measured in another type', async () => {
    const before = await run({ dtype: 'fp16' });
    expect((await run({ finished: before.recorded })).measured).toEqual(before.measured);
  });
});
