import { describe, expect, it } from 'vitest';
import { isUnavailable } from '../../../src-main/contract/evidence.js';
import {
  type Rehearsal,
  type RehearsalProgress,
  rehearsalSchema,
} from '../../../src-main/contract/rehearsal.js';
import { type DecideInput, decide } from '../../../src-main/decide/verdict.js';
import { withinLimit } from '../../../src-main/rehearse/attempt.js';
import { rehearse, withUpstream } from '../../../src-main/rehearse/rehearse.js';
import { gpu, inputOf, judged, machine } from '../decide/decide-input.js';
import { deviceThat, scriptedHolder, scriptedWork } from './scripted-holder.js';

const gibi = 2 ** 30;

/** The run's rehearsal, as its attempts are told to end, and what the verdict makes of it. */
async function rehearsed(input: DecideInput, holder: ReturnType<typeof scriptedHolder>) {
  const before = decide(input);
  const told: RehearsalProgress[] = [];
  const end = await rehearse(input, before, holder, (progress) => told.push(progress));
  if (isUnavailable(end)) throw new Error(end.unavailable);
  expect(rehearsalSchema.parse(end.rehearsal)).toEqual(end.rehearsal);
  const after = decide({ ...input, rehearsed: end });
  return { before, end, after, told, reason: reasonOf(after) };
}

const reasonOf = ({ verdict }: ReturnType<typeof decide>, id = 'rehearsal') =>
  verdict.reasons.find((reason) => reason.id === id);

/** Nothing that saves memory is left to change. */
const leanest = { batch: 1, cachedText: true, cachedVideo: true, vaeTiling: true };
const [bottom, top] = inputOf({ flags: leanest }).prediction.interval.peakBytes.map(
  (bytes) => bytes / gibi,
) as [number, number];
/** Nothing is faster than what is asked, so that this is what is recommended. */
const fastest = () => inputOf({ flags: { checkpointing: 'none', cachedText: true, cachedVideo: true } });
const tooNear = () => inputOf({ flags: leanest, machine: machine([gpu(0, top + 0.5)]) });

describe('a rehearsal that holds', () => {
  it('leaves a go what it is, and says in what it was rehearsed', async () => {
    const { before, after, end, told, reason } = await rehearsed(inputOf(), scriptedHolder(['held']));
    expect([before.verdict.status, after.verdict.status]).toEqual(['go', 'go']);
    expect(after.verdict.headline).toMatch(/^Go: rehearsed in ONNX Runtime; the run needs .* of the 79/);
    expect(reason).toMatchObject({ status: 'pass', evidence: 'rehearsed' });
    expect(reason?.text).toMatch(
      /4 steps at full depth, a peak of 40\.0 GiB where 40\.0 GiB were expected, 5\.0\d* GiB left; it proves ONNX Runtime's graph and memory, not PyTorch's$/,
    );
    expect(end.rehearsal.attempts[0]?.rehearsed).toEqual({ peakBytes: 40 * gibi, secondsPerStep: 2.5 });
    expect(after.recommendation).toEqual(before.recommendation);
    expect(told).toEqual([{ attempt: 1, stage: 'steps', step: 1, steps: 20, secondsLeft: 3 }]);
  });

  it('counts the slowest and the fullest of several devices, and none where one does not say', async () => {
    const slow = deviceThat('held', { stepSeconds: [9, 4, 4], peakBytes: 41 * gibi, gpu: 1 });
    const { end } = await rehearsed(inputOf(), scriptedHolder([[deviceThat('held'), slow]]));
    expect(end.rehearsal.attempts[0]?.rehearsed).toEqual({ peakBytes: 41 * gibi, secondsPerStep: 4 });
    const mute = deviceThat('held', { peakBytes: { unavailable: 'no counter' }, stepSeconds: [1] });
    const { end: other } = await rehearsed(inputOf(), scriptedHolder([[deviceThat('held'), mute]]));
    expect(other.rehearsal.attempts[0]?.rehearsed).toEqual({
      peakBytes: { unavailable: 'no counter' },
      secondsPerStep: { unavailable: 'no step after the first one ended' },
    });
  });

  it('is of the run as asked where its memory is too near to call, and does not make it a go', async () => {
    const input = tooNear();
    const holder = scriptedHolder(['held']);
    const { before, after, reason } = await rehearsed(input, holder);
    expect([before.verdict.status, after.verdict.status]).toEqual(['inconclusive', 'inconclusive']);
    expect(holder.asked[0]?.target).toEqual(input.target);
    expect(reason?.text).toMatch(/, and settles nothing that is inconclusive here$/);
  });

  it('in Open-Sora itself settles what is too near to call, where its peak and the reserve fit', async () => {
    const input = tooNear();
    const { end } = await rehearsed(input, scriptedHolder(['held']));
    const free = Math.round((top + 0.5) * gibi);
    const own = (reserved: number) => decide({ ...input, rehearsed: withUpstream(end, upstream(reserved)) });
    // Beside what PyTorch reserves, CUDA's context takes 1.4 GiB at most, and 1 GiB is kept in reserve.
    const fits = own(free - 2.5 * gibi);
    expect(fits.verdict.status).toBe('go');
    expect(fits.verdict.headline).toMatch(/^Go: rehearsed in Open-Sora; /);
    expect(reasonOf(fits, 'memory')).toMatchObject({ status: 'pass', evidence: 'rehearsed' });
    expect(own(free - 2.3 * gibi).verdict.status).toBe('inconclusive');
  });

  it('in Open-Sora itself out of memory recommends nothing, though ONNX Runtime held it', async () => {
    const input = fastest();
    const { end } = await rehearsed(input, scriptedHolder(['held', 'held']));
    expect(isUnavailable(end.advice.recommendation)).toBe(false);
    const short = { ...upstream(0), status: 'out-of-memory' as const };
    const ranOut = decide({ ...input, rehearsed: withUpstream(end, short) });
    expect(ranOut.verdict.status).toBe('no-go');
    expect(isUnavailable(ranOut.recommendation)).toBe(true);
  });
});

describe('settings that run out of memory when they are rehearsed', () => {
  it('are never a go: the next best are rehearsed and recommended', async () => {
    const input = fastest();
    const holder = scriptedHolder(['out-of-memory', 'held']);
    const { before, after, reason, end, told } = await rehearsed(input, holder);
    expect(before.verdict.status).toBe('go');
    expect(after.verdict.status).toBe('go-with-changes');
    expect(after.verdict.headline).toMatch(/^Go with changes: rehearsed in ONNX Runtime; .*, and fits with /);
    expect(reason).toMatchObject({ status: 'fail' });
    expect(reason?.text).toMatch(/ran out of memory when rehearsed .*; the next best settings held: 4 steps/);
    expect(after.recommendation).toMatchObject({ settings: end.rehearsal.attempts[1]!.settings });
    expect(told.map(({ attempt }) => attempt)).toEqual([1, 2]);
    // What is tried next needs less than what failed, by no less than was missing.
    const [first, second] = holder.asked.map(({ target }) => decideTop(input, target));
    expect(second).toBeLessThanOrEqual(first! - gibi);
  });

  it('leave a run that goes as asked a go, where only faster ones failed and the asked ones held', async () => {
    const input = inputOf();
    const holder = scriptedHolder(['out-of-memory', 'held']);
    const { after, reason } = await rehearsed(input, holder);
    expect(holder.asked.map(({ target }) => target.checkpointedBlocks)).toEqual([
      { spatial: 0, temporal: 0 },
      expect.anything(),
    ]);
    expect(holder.asked[1]?.target).toEqual(input.target);
    expect([after.verdict.status, reason?.status]).toEqual(['go', 'pass']);
  });

  it('are a no-go where nothing held, after three attempts at the most', async () => {
    const holder = scriptedHolder(['out-of-memory', 'out-of-memory', 'out-of-memory', 'held']);
    const { after, reason, end } = await rehearsed(inputOf(), holder);
    expect(holder.asked).toHaveLength(3);
    expect(end.rehearsal.status).toBe('out-of-memory');
    expect(after.verdict.status).toBe('no-go');
    expect(after.verdict.headline).toMatch(/^No-go: the settings that should fit ran out of memory/);
    expect(reason?.text).toMatch(/\(made to end as out-of-memory\), and the next best 2 settings likewise$/);
    expect(after.recommendation).toEqual({
      unavailable: 'the best 3 settings that should fit ran out of memory when rehearsed',
    });
  });

  it('are a no-go too where they were too near to call', async () => {
    const { after, end } = await rehearsed(tooNear(), scriptedHolder(['out-of-memory']));
    expect(end.rehearsal.attempts).toHaveLength(1);
    expect(after.verdict.status).toBe('no-go');
  });

  it('count though others of the devices were cancelled with them', async () => {
    const ends = [deviceThat('cancelled'), deviceThat('out-of-memory', { gpu: 1 })];
    const { end } = await rehearsed(inputOf(), scriptedHolder([ends, 'held']));
    expect(end.rehearsal.attempts.map(({ status }) => status)).toEqual(['out-of-memory', 'held']);
  });
});

describe('a rehearsal that came to no end', () => {
  it.each(['crashed', 'timed-out', 'not-supported', 'cancelled'] as const)(
    'is %s, which passes nothing',
    async (status) => {
      const { after, reason } = await rehearsed(inputOf(), scriptedHolder([status]));
      expect(after.verdict.status).toBe('inconclusive');
      expect(reason).toMatchObject({ status: 'not-tested' });
      expect(reason?.text).toBe(
        `The rehearsal in ONNX Runtime ended as ${status} (made to end as ${status}): what was not rehearsed is not passed`,
      );
    },
  );

  it('leaves asked settings that ran out of memory before it a no-go', async () => {
    const { after } = await rehearsed(fastest(), scriptedHolder(['out-of-memory', 'crashed']));
    expect(after.verdict.status).toBe('no-go');
  });
});

describe('where there is nothing to rehearse', () => {
  const why = async (input: DecideInput, holder = scriptedHolder([])) => {
    const end = await rehearse(input, decide(input), holder, () => {});
    expect(holder.asked).toEqual([]);
    return isUnavailable(end) ? end.unavailable : '';
  };

  it('says why: a cancelled sweep, nothing that fits, free memory that is not known', async () => {
    expect(await why(inputOf({ complete: false }))).toBe('the sweep was cancelled');
    const small = inputOf({ flags: leanest, machine: machine([gpu(0, bottom - 0.1)]) });
    expect(await why(small)).toMatch(/^no settings fit: .* more than the [\d.]+ GiB that are free$/);
    expect(await why(inputOf({ device: 'cpu' }))).toMatch(/^what is free is not known/);
  });
});

describe('a GPU that is judged and is not here', () => {
  const input = () => inputOf({ device: 'cpu', judged: judged('H100', 79) });

  it('limits what may be held to its memory, and to as much more as the type here takes', async () => {
    const more = scriptedHolder(['held'], { workFor: () => scriptedWork(3 * gibi) });
    const { end } = await rehearsed(input(), more);
    expect(more.asked).toMatchObject([{ limitBytes: 82 * gibi }]);
    expect(end.rehearsal.attempts[0]!.graph.notes).toEqual([
      expect.stringMatching(/^The 79\.0 GiB that are judged count as 82\.0 GiB here/),
    ]);
    const own = scriptedHolder(['held']);
    await rehearsed(inputOf(), own);
    expect(own.asked).toMatchObject([{ limitBytes: null }]);
  });

  it('is not refused for what this machine cannot hold', async () => {
    const holder = scriptedHolder([], { freeBytes: async () => 8 * gibi });
    const end = await rehearse(input(), decide(input()), holder, () => {});
    expect(end).toEqual({
      unavailable: expect.stringMatching(/^it would take 40\.0 GiB, and this machine can hold 8\.0\d* GiB: /),
    });
  });

  it('nor for what this machine cannot hold of a phase that is not run', async () => {
    const work = scriptedWork();
    work.job.otherPhases = [{ phase: 'load', bytes: 50 * gibi }];
    const holder = scriptedHolder([], { freeBytes: async () => 45 * gibi, workFor: () => work });
    const end = await rehearse(input(), decide(input()), holder, () => {});
    expect(end).toEqual({
      unavailable: expect.stringMatching(
        /^it would take 50\.0 GiB, and this machine can hold 45\.0\d* GiB: /,
      ),
    });
  });
});

function decideTop(input: DecideInput, target: DecideInput['target']): number {
  return inputOf({ target, machine: input.machine }).prediction.interval.peakBytes[1];
}

function upstream(peakReservedBytes: number): Rehearsal['upstream'] {
  return {
    status: 'held',
    cause: '',
    stage: null,
    missingBytes: { unavailable: 'nothing was missing' },
    command: 'torchrun …',
    commit: 'a'.repeat(40),
    torch: '2.3.0',
    ranks: 1,
    bucket: '144p, 51 frames, batch 1',
    steps: 3,
    stepSeconds: [9, 2, 2],
    peakAllocatedBytes: peakReservedBytes,
    peakReservedBytes,
    expectedPeakBytes: peakReservedBytes,
  };
}

describe('what a device held beyond the memory that is judged', () => {
  it('is out of memory, though the device itself had more', () => {
    const row = deviceThat('held');
    expect(withinLimit(row, null, 0)).toBe(row);
    expect(withinLimit(row, 40 * gibi, 0)).toBe(row);
    expect(withinLimit(row, 39 * gibi, 0)).toMatchObject({
      status: 'out-of-memory',
      cause: 'it held 40.0 GiB of the 39.0 GiB that are judged',
      missingBytes: gibi,
    });
    const crashed = deviceThat('crashed');
    expect(withinLimit(crashed, 1, 0)).toBe(crashed);
    expect(withinLimit(row, 41 * gibi, 42 * gibi)).toMatchObject({
      status: 'out-of-memory',
      stage: 'other-phases',
      missingBytes: gibi,
    });
  });
});
