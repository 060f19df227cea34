import { describe, expect, it } from 'vitest';
import { analyseBlock } from '../../../models/blocks/analyse.js';
import { architectureOf } from '../../../models/blocks/architecture.js';
import { buildStep } from '../../../models/blocks/step.js';
import { modelVersion } from '../../../models/catalog/index.js';
import { livePeaks, runOrder } from '../../../models/graph/schedule.js';
import { byteSize } from '../../../models/graph/value.js';
import type { HeldPart } from '../../../src-main/contract/rehearsal.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import { remembered } from '../../../src-main/predict/analyser.js';
import { predictMemory } from '../../../src-main/predict/memory.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import {
  type RehearsalQuestion,
  type RehearsalWork,
  rehearsalWork,
} from '../../../src-main/rehearse/work.js';

const analyse = remembered(analyseBlock);
const gibi = 2 ** 30;

function workOf(flags: TargetFlags, over: Partial<RehearsalQuestion> = {}) {
  const target = resolveTarget(flags);
  const version = modelVersion(target.model, target.ae);
  const question: RehearsalQuestion = {
    ...{ version, architecture: architectureOf(target.model), target, dtype: target.dtype, provider: 'cuda' },
    ...{ probes: [], analyse, speed: { of: 'unknown', reason: 'nothing was measured' } },
    ...over,
  };
  const predicted = predictMemory(version, { ...target, dtype: question.dtype }, [], analyse).worst;
  const steady = predicted.phases.find(
    ({ name }) => name === (target.task === 'train' ? 'backward' : 'denoise'),
  )!;
  return { work: rehearsalWork(question), predicted, steady };
}

const v12 = { model: 'v1.2', task: 'train', resolution: '144p', frames: 51 } as const;
const v20 = { model: 'v2.0', task: 'train', resolution: '256px', frames: 17 } as const;
const cases: [string, TargetFlags, Partial<RehearsalQuestion>?][] = [
  ['v1.2 in training on one GPU', v12],
  ['v1.2 without checkpoints, of 8 GPUs', { ...v12, checkpointing: 'none', gpuCount: 8 }],
  ['v1.2 on the CPU, in fp32', v12, { dtype: 'fp32', provider: 'cpu' }],
  ['v1.1 in training', { ...v12, model: 'v1.1', resolution: '144p', frames: 16 }],
  [
    'v1.3 of 4 GPUs under ZeRO-1',
    { ...v12, model: 'v1.3', resolution: '360p', frames: 49, plugin: 'zero1', gpuCount: 4 },
  ],
  ['v1.2 with sequence groups', { ...v12, resolution: '480p', sp: 2, gpuCount: 4 }],
  ['v2.0 of 8 GPUs', { ...v20, gpuCount: 8 }],
  ['v2.0 with tensor groups', { ...v20, tp: 4, gpuCount: 8 }],
  ['v2.0 with sequence groups', { ...v20, frames: 129, sp: 4, gpuCount: 8 }],
  ['v2.0 with checkpoints on the host', { ...v20, offload: true, checkpointing: 'full', gpuCount: 8 }],
  ['v2.0 with a LoRA', { ...v20, loraRank: 16 }],
  ['v2.0 with shared weights', { ...v20, gpuCount: 8 }, { sharedWeights: true }],
  ['v1.2 in inference', { ...v12, task: 'infer', resolution: '720p' }],
  ['v2.0 in inference with tensor groups', { ...v20, task: 'infer', frames: 129, tp: 2, gpuCount: 2 }],
];

const sum = (parts: readonly HeldPart[], how?: HeldPart['how']) =>
  parts.reduce((total, part) => total + (how === undefined || part.how === how ? part.bytes : 0), 0);

const alive = ['gradients', 'saved-activations', 'checkpoints', 'block-under-way'];
const predictedOf = (parts: readonly { id: string; bytes: number }[], ids: readonly string[]) =>
  parts.reduce((total, { id, bytes }) => total + (ids.includes(id) ? bytes : 0), 0);
/** What is alive at the peak of the graph's own step. */
const liveOf = ({ job }: RehearsalWork) => job.expectedPeakBytes - job.ballastBytes - job.residentBytes;

describe.each(cases)('the work of a rehearsal: %s', (_, flags, over) => {
  const { work, steady } = workOf(flags, over);
  const { job, parts, expected } = work;

  it('holds every predicted part once, and no less than is predicted', () => {
    const ids = parts.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id } of steady.parts) expect(ids).toContain(id);
    const own = job.step.dtype === 'fp32' ? 0 : gibi;
    expect(expected.peakBytes).toBeGreaterThanOrEqual(steady.bytes - own);
    const stoodFor = Math.max(0, liveOf(work) - predictedOf(steady.parts, alive));
    const state = (id: string) => sum(parts.filter((part) => part.id === id || part.id === `${id}-beside`));
    for (const id of ['weights', 'master-weights', 'moments']) {
      const wanted = predictedOf(steady.parts, [id]);
      expect(state(id), id).toBeLessThanOrEqual(wanted + 1);
      expect(state(id), id).toBeGreaterThanOrEqual(wanted - stoodFor);
    }
  });

  it('takes no more than is predicted beside what it reads, where ballast is enough to stand back', () => {
    const inputs = parts.find(({ id }) => id === 'inputs')!.bytes;
    if (job.ballastBytes > 0) expect(expected.peakBytes - inputs).toBeLessThanOrEqual(steady.bytes + 2);
  });

  it('adds up to the peak that is expected', () => {
    expect(sum(parts)).toBe(expected.peakBytes);
    expect(job.expectedPeakBytes).toBe(expected.peakBytes);
    expect(sum(parts, 'ballast')).toBe(job.ballastBytes);
    for (const { bytes } of parts) expect(bytes).toBeGreaterThanOrEqual(0);
  });

  it("is of the graph's own weights, states and schedule", () => {
    const { graph, output } = buildStep(job.architecture, job.step);
    const resident = graph.initializers.reduce(
      (all, { value }) => all + byteSize(value.shape, value.type),
      0,
    );
    expect(Math.abs(job.residentBytes / resident - 1)).toBeLessThan(0.002);
    const live = livePeaks(graph, runOrder(graph.nodes, [output])).live;
    expect(Math.abs(liveOf(work) / live - 1)).toBeLessThan(0.03);
  });

  it('is plain data, as it is sent to a worker', () => {
    expect(structuredClone(job)).toEqual(JSON.parse(JSON.stringify(job)));
  });
});

describe('what is not in the graph', () => {
  const partOf = (parts: readonly HeldPart[], id: string) => parts.find((part) => part.id === id)!;

  it("leaves CUDA's context to the rehearsal's own, and holds what a group adds to it", () => {
    const context = (flags: TargetFlags, provider: string) =>
      partOf(workOf(flags, { provider }).work.parts, 'context');
    expect(context(v12, 'cuda')).toMatchObject({ how: 'ballast', bytes: 0 });
    expect(context({ ...v12, gpuCount: 8 }, 'cuda')).toMatchObject({ how: 'ballast', bytes: gibi / 2 });
    expect(context(v12, 'cpu')).toMatchObject({ how: 'ballast', bytes: gibi });
  });

  it('is held by its predicted size, and weights outside the blocks with it', () => {
    const { work, steady } = workOf({ ...v12, gpuCount: 8 });
    for (const id of ['text-encoder', 'vae', 'ema', 'reduce-buckets', 'text-embeddings'])
      expect(partOf(work.parts, id)).toMatchObject({
        how: 'ballast',
        bytes: steady.parts.find((part) => part.id === id)!.bytes,
      });
    const version = modelVersion('v1.2');
    const inBlocks = 28 * (version.blockParameters.spatial! + version.blockParameters.temporal!);
    expect(partOf(work.parts, 'weights')).toMatchObject({ how: 'run', bytes: 2 * inBlocks });
    expect(partOf(work.parts, 'weights-beside').bytes).toBe(2 * (version.parameters - inBlocks));
  });

  it("stands back for the graph's own arithmetic: of what is not fused first, then of the rest", () => {
    // 768 px and 129 frames: the scratch of norms over 76,544 tokens is more than all that Open-Sora 2.0 does not fuse.
    const long = { ...v20, resolution: '768px', frames: 129, gpuCount: 8, checkpointing: 'full' } as const;
    const { work, steady } = workOf(long);
    const beyond = liveOf(work) - predictedOf(steady.parts, alive);
    expect(beyond).toBeGreaterThan(gibi);
    const ballast = (parts: readonly { id: string; bytes: number }[]) =>
      predictedOf(parts, ['reduce-buckets', 'text-encoder', 'clip', 'vae', 'text-embeddings']);
    expect(ballast(steady.parts) - ballast(work.parts)).toBeGreaterThan(0);
    expect(work.parts.filter(({ note }) => /own arithmetic stands for/.test(note)).length).toBeGreaterThan(0);
    const { work: scores, steady: wide } = workOf(v12, { dtype: 'fp32', provider: 'cpu' });
    const unfused = ['unfused-norms', 'attention-scores', 'masked-modulation'];
    const taken = predictedOf(wide.parts, unfused) - predictedOf(scores.parts, unfused);
    expect(taken).toBe(Math.max(0, liveOf(scores) - predictedOf(wide.parts, alive)));
  });

  it('says all that the device holds in the phases that are not run', () => {
    const { work, predicted } = workOf({ ...v12, task: 'infer' }, { provider: 'cpu' });
    expect(work.job.otherPhases.map(({ phase }) => phase)).toEqual(['text', 'decode']);
    const decode = predicted.phases.find(({ name }) => name === 'decode')!;
    const cache = decode.parts.find(({ id }) => id === 'allocator-cache')!;
    expect(cache.bytes).toBeGreaterThan(0);
    expect(work.job.otherPhases[1]!.bytes).toBe(decode.bytes - cache.bytes);
    const training = workOf({ ...v12, gpuCount: 8 }).work.job.otherPhases.map(({ phase }) => phase);
    expect(training).toEqual(['load', 'encode', 'text', 'step', 'save']);
  });

  it('is rehearsed for the bucket that needs the most', () => {
    const target = resolveTarget(v12);
    const larger = resolveTarget({ ...v12, frames: 102 }).buckets[0]!;
    const { work } = workOf(v12, { target: { ...target, buckets: [...target.buckets, larger] } });
    expect(work.bucket).toBe('144p, 102 frames, batch 1');
    expect(work.job.step.latentFrames).toBe(larger.latentFrames);
  });

  it('is said in words', () => {
    const notes = (flags: TargetFlags, over?: Partial<RehearsalQuestion>) =>
      workOf(flags, over).work.graph.notes.join();
    expect(notes(v12)).toBe('');
    expect(notes(v12, { dtype: 'fp32' })).toMatch(/In fp32, since this device does not run bf16/);
    expect(notes({ ...v12, gpuCount: 8 })).toMatch(/8 GPUs that share the optimiser's states/);
    expect(notes({ ...v20, tp: 4, gpuCount: 8 })).toMatch(/4 GPUs that share each block/);
    expect(notes({ ...v20, frames: 129, sp: 4, gpuCount: 4 })).toMatch(/4 GPUs that share a sequence/);
    expect(notes({ ...v20, loraRank: 8 })).toMatch(/LoRA is ballast/);
    expect(notes({ ...v20, offload: true })).toMatch(/13 of 57 blocks/);
    expect(notes({ ...v20, effectiveBatch: 4 })).toMatch(/4 micro-steps/);
    expect(notes(v20, { sharedWeights: true })).toMatch(/same weights and states/);
  });
});
