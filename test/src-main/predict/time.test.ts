import { describe, expect, it } from 'vitest';
import type { BlockShape } from '../../../models/blocks/types.js';
import { modelVersion } from '../../../models/catalog/index.js';
import { known } from '../../../src-main/contract/evidence.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import { targetShape } from '../../../src-main/predict/analyser.js';
import { findGpu } from '../../../src-main/predict/gpus.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import { gradientSeconds, groupSeconds } from '../../../src-main/predict/time/communication.js';
import { dataSeconds } from '../../../src-main/predict/time/data-loading.js';
import { forwardTraffic } from '../../../src-main/predict/time/eager-traffic.js';
import { decodeSeconds, textSeconds } from '../../../src-main/predict/time/encoders.js';
import { exchangeSeconds, linkOf, ringSeconds } from '../../../src-main/predict/time/links.js';
import { emaSeconds, updateSeconds } from '../../../src-main/predict/time/optimizer.js';
import { ratesOf } from '../../../src-main/predict/time/rates.js';
import { rooflineBlock } from '../../../src-main/predict/time/roofline.js';
import { vaeLabour } from '../../../src-main/predict/time/vae-labour.js';
import { predictTime, type Speed } from '../../../src-main/predict/time.js';
import { linearAnalysis, probeOf } from './linear-analysis.js';

const h100 = findGpu('H100');
const onH100: Speed = { of: 'gpu', gpu: h100 };
const flags: TargetFlags = { model: 'v1.2', task: 'train', resolution: '144p', frames: 51, batch: 4 };
const v2: TargetFlags = { model: 'v2.0', task: 'train', resolution: '256px', frames: 129, batch: 1 };

const targetOf = (more: Partial<TargetFlags> = {}) => resolveTarget({ ...flags, ...more });

function timeOf(more: Partial<TargetFlags>, speed = onH100, probes = [probeOf()]) {
  const target = targetOf(more);
  return predictTime(modelVersion(target.model, target.ae), target, probes, linearAnalysis, speed);
}

const secondsOf = (time: ReturnType<typeof timeOf>, id: string) =>
  time.parts.find((part) => part.id === id)?.seconds ?? 0;

describe('a step of parts', () => {
  it.each([
    {},
    { checkpointing: 'none' },
    { gpuCount: 16, nodes: 2 },
    { ...v2, gpuCount: 8, sp: 4, offload: true, checkpointing: 'full' },
    { ...v2, gpuCount: 8, tp: 2, effectiveBatch: 8 },
    { task: 'infer' },
  ] as Partial<TargetFlags>[])('adds up to the whole: %o', (more) => {
    const time = timeOf(more);
    const sum = time.parts
      .filter(({ per }) => per === 'step')
      .reduce((total, { seconds }) => total + seconds, 0);
    expect(sum).toBeCloseTo(known(time.secondsPerStep)!, 12);
    for (const { seconds, note } of time.parts) {
      expect(seconds).toBeGreaterThan(0);
      expect(note).not.toBe('');
    }
    const [low, high] = known(time.range)!;
    expect(low).toBeLessThan(sum);
    expect(high).toBeGreaterThan(sum);
  });

  it('recomputes each checkpointed block’s forward once', () => {
    const full = timeOf({ checkpointing: 'full' });
    expect(secondsOf(full, 'recompute')).toBeCloseTo(secondsOf(full, 'forward'), 12);
    expect(secondsOf(timeOf({ checkpointing: 'none' }), 'recompute')).toBe(0);
    const some = timeOf({ ...v2, checkpointing: '19,0' });
    expect(secondsOf(some, 'recompute')).toBeLessThan(secondsOf(some, 'forward') / 2);
  });

  it('takes the buckets’ mean by their shares', () => {
    const [one, other] = [targetOf({}), targetOf({ frames: 102, batch: 2 })];
    const buckets = [
      { ...one.buckets[0]!, share: 0.75 },
      { ...other.buckets[0]!, share: 0.25 },
    ];
    const mixed = predictTime(modelVersion('v1.2'), { ...one, buckets }, [], linearAnalysis, onH100);
    const [first, second] = [timeOf({}), timeOf({ frames: 102, batch: 2 })].map(({ secondsPerStep }) =>
      known(secondsPerStep),
    ) as [number, number];
    expect(mixed.secondsPerStepOfBucket).toEqual([first, second]);
    expect(mixed.secondsPerStep).toBeCloseTo(0.75 * first + 0.25 * second, 12);
  });

  it('repeats the micro-step with accumulation, and the update not', () => {
    const [once, four] = [timeOf({ ...v2 }), timeOf({ ...v2, effectiveBatch: 4 })];
    expect(secondsOf(four, 'forward')).toBeCloseTo(4 * secondsOf(once, 'forward'), 10);
    expect(secondsOf(four, 'encode')).toBeCloseTo(4 * secondsOf(once, 'encode'), 10);
    expect(secondsOf(four, 'update')).toBe(secondsOf(once, 'update'));
  });

  it('encodes nothing that is cached', () => {
    const cached = timeOf({ cachedText: true, cachedVideo: true });
    expect(secondsOf(cached, 'text')).toBe(0);
    expect(secondsOf(cached, 'encode')).toBe(0);
    expect(secondsOf(timeOf({}), 'encode')).toBeGreaterThan(0);
  });

  it('is not shared by a sequence group where a GPU of it would get text alone', () => {
    // v2.0 at 256px, 16:9: 252 tokens a frame, 512 of text. 21 frames are 1,512 of 2,024: a quarter of them is text alone.
    const forward = (frames: number, sp: number) =>
      secondsOf(timeOf({ ...v2, frames, sp, gpuCount: 4, plugin: 'hybrid' }), 'forward');
    expect(forward(21, 4)).toBe(forward(21, 1));
    // What Python launches is no faster for a quarter of the work.
    expect(forward(129, 4) / forward(129, 1)).toBeCloseTo(1 / 4, 2);
  });

  it('calls measured the blocks that a probe ran, and the rest modelled', () => {
    const probes = (['spatial', 'temporal'] as const).map((block) => probeOf({ block }, { seconds: 0.01 }));
    const time = timeOf({ checkpointing: 'none' }, { of: 'measured-device', gpu: h100 }, probes);
    expect(time.evidence).toBe('measured');
    expect(secondsOf(time, 'forward') + secondsOf(time, 'backward')).toBeCloseTo(0.56, 10);
    const evidence = Object.fromEntries(time.parts.map((part) => [part.id, part.evidence]));
    expect(evidence).toMatchObject({ forward: 'measured', encode: 'modelled', update: 'modelled' });
  });

  it('of a LoRA leaves out half of the backward of linear layers', () => {
    const probes = (['double', 'single'] as const).map((block) =>
      probeOf(
        { model: 'v2.0', block, latentFrames: 33, rows: 12, columns: 21, batch: 1, frames: 129 },
        { seconds: 0.3 },
      ),
    );
    const speed: Speed = { of: 'measured-device', gpu: undefined };
    // Of 3 parts of operations 2 are backward, of which a LoRA leaves out one.
    const whole = timeOf({ ...v2, checkpointing: 'none' }, speed, probes);
    const lora = timeOf({ ...v2, checkpointing: 'none', loraRank: 16 }, speed, probes);
    expect(known(lora.secondsPerStep)).toBeCloseTo((2 / 3) * known(whole.secondsPerStep)!, 10);
  });
});

describe('a whole run', () => {
  it('of inference is its steps, the prompt, the pixels and the first kernels', () => {
    const time = timeOf({ task: 'infer', batch: 1 });
    const once = ['start', 'text', 'decode'].reduce((sum, id) => sum + secondsOf(time, id), 0);
    const total = 30 * known(time.secondsPerStep)! + once;
    expect(time.secondsTotal).toBeCloseTo(total, 10);
    // 700 W for one H100.
    expect(time.energyJoules).toBeCloseTo(700 * total, 6);
    expect(time.samplesPerDay).toBeCloseTo(86_400 / (total - secondsOf(time, 'start')), 6);
  });

  it('of training is its steps; a day’s samples are those of all ranks', () => {
    const time = timeOf({ gpuCount: 16, nodes: 2, steps: 1000 });
    const step = known(time.secondsPerStep)!;
    expect(time.secondsTotal).toBeCloseTo(1000 * step, 8);
    expect(time.samplesPerDay).toBeCloseTo((86_400 * 4 * 16) / step, 6);
    expect(time.energyJoules).toBeCloseTo(700 * 16 * 1000 * step, 4);
  });

  it('is not made up where its length or the card is not known', () => {
    expect(timeOf({}).energyJoules).toHaveProperty('unavailable');
    const measured = { of: 'measured-device', gpu: undefined } as const;
    const probes = (['spatial', 'temporal'] as const).map((block) => probeOf({ block }, { seconds: 0.01 }));
    expect(timeOf({ steps: 10 }, measured, probes).energyJoules).toHaveProperty('unavailable');
    expect(timeOf({ steps: 10 }, measured, probes).notCovered.join()).toContain('optimiser');
  });
});

describe('rates', () => {
  it('are shares of the peak: 0.65 of 989 TFLOP/s, FlashAttention 2 of heads of 72 padded to 96', () => {
    const rates = ratesOf(h100, modelVersion('v1.2'), 'bf16');
    expect(rates.matmul).toBeCloseTo(0.65 * 989e12, -9);
    expect(rates.attention).toBeCloseTo(0.35 * 989e12 * 0.75, -9);
    // FlashAttention 3 at heads of 128, which it does not pad.
    expect(ratesOf(h100, modelVersion('v2.0'), 'bf16').attention).toBeCloseTo(0.55 * 989e12, -9);
  });

  it('of a card without bf16 are those of fp16, and of Pascal those of its cores', () => {
    const v100 = ratesOf(findGpu('V100-32GB'), modelVersion('v1.2'), 'bf16');
    expect(v100.matmul).toBeCloseTo(0.65 * 125e12, -9);
    expect(ratesOf(findGpu('GTX 1080 Ti'), modelVersion('v1.2'), 'fp16').matmul).toBeCloseTo(
      0.65 * 11.3e12,
      -9,
    );
  });
});

describe('a block by its roofline', () => {
  const whole = { ranks: 1, frozen: false };
  const target = targetOf({});
  const shape = targetShape(modelVersion('v1.2'), target, target.buckets[0]!, 'spatial');
  const of = (tokens: number, division = whole) =>
    rooflineBlock(modelVersion('v1.2'), { ...shape, batch: tokens / 2160 }, linearAnalysis, h100, division);
  // A million operations a token forward, two backward; 206 bytes an element and token move between (67 × 2 + 72).
  const linear = (8640 * 1e6) / (0.65 * 989e12);
  const between = (8640 * 1152 * 206) / (0.37 * 3.35e12);

  it('is its linear layers’ operations and the bytes between, twice that backward', () => {
    const { forward, backward, attention } = of(8640);
    expect(forward).toBeCloseTo(linear + between, 9);
    expect(backward).toBeCloseTo(2 * (linear + between), 9);
    expect(attention).toBe(0);
  });

  it('is shared evenly by a group, and half of the linear backward where weights are frozen', () => {
    expect(of(8640, { ranks: 2, frozen: false }).forward).toBeCloseTo((linear + between) / 2, 9);
    expect(of(8640, { ranks: 1, frozen: true }).backward).toBeCloseTo(linear + 2 * between, 9);
  });

  it('is no faster than Python launches its 66 kernels', () => {
    expect(of(8640, { ranks: 1000, frozen: false }).forward).toBeCloseTo(66 * 8e-6, 9);
  });
});

describe('traffic of a block', () => {
  const shape: BlockShape = {
    model: 'v1.2',
    block: 'spatial',
    task: 'train',
    dtype: 'bf16',
    batch: 1,
    latentFrames: 5,
    rows: 20,
    columns: 20,
    depth: 1,
    checkpoint: false,
    optimizer: false,
  };
  const size = 5 * 400 * 1152;

  it('of v1.2’s spatial one is 67 passes in bf16 and the norms of q and k in pieces', () => {
    // 39 and 28 for the mask; a norm: 28 bytes of fp32 and four passes in bf16.
    expect(forwardTraffic(modelVersion('v1.2'), shape, true).bytes).toBe(67 * size * 2 + 2 * size * 36);
  });

  it('grows by scores without FlashAttention: 24 bytes each, and ten copies', () => {
    const with_ = forwardTraffic(modelVersion('v1.2'), shape, true).bytes;
    const without = forwardTraffic(modelVersion('v1.2'), shape, false).bytes;
    expect(without - with_).toBe(16 * 5 * 400 ** 2 * 24 + 10 * size * 2);
  });

  it('of v2.0 counts text with video', () => {
    const double: BlockShape = { ...shape, model: 'v2.0', block: 'double' };
    const { bytes } = forwardTraffic(modelVersion('v2.0'), double, true);
    expect(bytes).toBe(52 * (2000 + 512) * 3072 * 2);
  });
});

describe('links', () => {
  it('of a ring move (n − 1) / n of the bytes at 0.8 of the link', () => {
    const link = linkOf(targetOf({ gpuCount: 8 }), h100, 8);
    expect(link.ring).toBeCloseTo(0.8 * 450e9, -6);
    expect(ringSeconds(link, 8, 360e9)).toBeCloseTo(7 / 8 + 20e-6, 9);
    expect(ringSeconds(link, 1, 360e9)).toBe(0);
  });

  it('over nodes are those of the network: 8 × 100 Gbit/s where it was not said', () => {
    const two = linkOf(targetOf({ gpuCount: 16, nodes: 2 }), h100, 16);
    expect(two.ring).toBeCloseTo(0.8 * 100e9, -6);
    expect(two.exchange).toBeCloseTo(0.8 * 12.5e9, -6);
    const slow = linkOf(targetOf({ gpuCount: 16, nodes: 2, interNodeGbps: 80 }), h100, 16);
    expect(slow.ring).toBeCloseTo(0.8 * 10e9, -6);
    // A group that a node holds stays inside it.
    expect(linkOf(targetOf({ gpuCount: 16, nodes: 2 }), h100, 8).ring).toBeCloseTo(0.8 * 450e9, -6);
    expect(exchangeSeconds(two, 16, 10e9)).toBeCloseTo(15 / 16 + 40e-6, 9);
  });

  it('takes PCIe where more than two cards are grouped that a bridge joins in pairs', () => {
    const a6000 = findGpu('RTX A6000');
    expect(linkOf(targetOf({ gpuCount: 2 }), a6000, 2).ring).toBeCloseTo(0.8 * 56e9, -6);
    expect(linkOf(targetOf({ gpuCount: 8 }), a6000, 8).ring).toBeCloseTo(0.8 * 32e9, -6);
    // Two to a node: the network's 200 Gbit/s are less than the bridge.
    expect(linkOf(targetOf({ gpuCount: 4, nodes: 2 }), a6000, 4).ring).toBeCloseTo(0.8 * 25e9, -6);
  });
});

describe('communication', () => {
  const version = modelVersion('v1.2');

  it('of one GPU is none', () => {
    expect(gradientSeconds(version, targetOf({}), h100, 1)).toEqual({ everyMicroStep: 0, everyStep: 0 });
  });

  it('of ZeRO-2 waits for the last bucket behind a long backward, and gathers the weights', () => {
    const { everyMicroStep, everyStep } = gradientSeconds(version, targetOf({ gpuCount: 8 }), h100, 10);
    // 12 × 2^20 gradients of two bytes; 1,201,595,936 weights.
    expect(everyMicroStep).toBeCloseTo((7 / 8) * ((24 * 2 ** 20) / 360e9) + 20e-6, 9);
    expect(everyStep).toBeCloseTo((7 / 8) * ((2 * 1_201_595_936) / 360e9) + 20e-6, 9);
  });

  it('of ZeRO-1 all-reduces once, twice the bytes, where nothing hides it', () => {
    const v1dot3 = modelVersion('v1.3');
    const target = resolveTarget({
      model: 'v1.3',
      task: 'train',
      resolution: '360p',
      frames: 49,
      batch: 1,
      gpuCount: 8,
      plugin: 'zero1',
    });
    const { everyMicroStep, everyStep } = gradientSeconds(v1dot3, target, h100, 0);
    expect(everyMicroStep).toBe(0);
    const once = (7 / 8) * ((2 * v1dot3.trainableParameters) / 360e9) + 20e-6;
    expect(everyStep).toBeCloseTo(3 * once, 9);
  });

  it('of sequence groups: all-to-all in v1.2’s spatial blocks alone, a ring in v2.0', () => {
    const shared = targetOf({ gpuCount: 2, sp: 2 });
    const bucket = shared.buckets[0]!;
    expect(groupSeconds(version, shared, bucket, 'temporal', h100, 0)).toBeLessThan(1e-4);
    // Half of 8,640 tokens of 1,152 in bf16, six times, of which half stay.
    expect(groupSeconds(version, shared, bucket, 'spatial', h100, 0)).toBeCloseTo(
      (0.5 * 6 * 4320 * 1152 * 2) / 360e9 + 20e-6,
      9,
    );
    const ring = resolveTarget({ ...v2, gpuCount: 4, sp: 4 });
    const of = (attention: number) =>
      groupSeconds(modelVersion('v2.0'), ring, ring.buckets[0]!, 'double', h100, attention);
    // 33 × 252 and 512 tokens, a quarter on each; keys and values pass three times.
    expect(of(0)).toBeCloseTo(3 * ((2 * 2207 * 3072 * 2) / 360e9 + 20e-6), 9);
    expect(of(1)).toBe(0);
  });
});

describe('the update', () => {
  it('moves 54 bytes a parameter of the shard, the EMA 20', () => {
    const version = modelVersion('v1.2');
    const target = targetOf({ gpuCount: 8 });
    expect(updateSeconds(version, target, h100)).toBeCloseTo(((1_201_595_936 / 8) * 54) / (0.9 * 3.35e12), 9);
    expect(emaSeconds(version, target, h100)).toBeCloseTo(((1_207_643_936 / 8) * 20) / (0.9 * 3.35e12), 9);
    expect(emaSeconds(version, targetOf({ ema: 'off' }), h100)).toBe(0);
  });
});

describe('encoders', () => {
  it('T5 does two operations a weight and token, in fp32 in v1.x’s inference', () => {
    const version = modelVersion('v1.2');
    const weights = 4_762_310_656 - 32_128 * 4096;
    const training = targetOf({});
    expect(textSeconds(version, training, training.buckets[0]!, h100)).toBeCloseTo(
      (2 * weights * 4 * 300) / (0.65 * 989e12),
      9,
    );
    const infer = targetOf({ task: 'infer', batch: 1 });
    expect(textSeconds(version, infer, infer.buckets[0]!, h100)).toBeCloseTo(
      (2 * weights * 300) / (0.65 * 67e12),
      9,
    );
  });

  it('the VAE runs in fp32 at the rate of fp32 where the run does', () => {
    const seconds = (dtype: string) => {
      const target = resolveTarget({ model: 'v1.2', task: 'infer', resolution: '720p', frames: 51, dtype });
      return decodeSeconds(modelVersion('v1.2'), target, target.buckets[0]!, h100);
    };
    // 989 against 67 TFLOP/s for its operations, and twice the bytes.
    expect(seconds('fp32') / seconds('bf16')).toBeGreaterThan(2);
    expect(seconds('fp32') / seconds('bf16')).toBeLessThan(989 / 67);
  });

  it('the SD VAE’s encoder does 4,087,808 operations a pixel, its decoder 9,420,800', () => {
    // By hand over 3 × 3 convolutions, 18 × from × to each, at 1, 1/4, 1/16 and 1/64 of the pixels: encoder levels
    // 1,179,648 + 1,048,576 + 1,048,576 + 294,912, between them 3 × 73,728, middle 294,912; decoder levels 2,129,920 twice,
    // 1,769,472 and 442,368, between them 1,179,648 twice and 294,912, middle 294,912.
    const target = resolveTarget({ model: 'v1.0', task: 'infer', resolution: '512', frames: 1 });
    const of = (way: 'encode' | 'decode') =>
      vaeLabour(modelVersion('v1.0'), target, target.buckets[0]!, way).flops;
    expect(of('encode')).toBe(4_087_808 * 512 ** 2);
    expect(of('decode')).toBe(9_420_800 * 512 ** 2);
  });

  it('v2.0 decodes overlapping tiles: 960 pixels a side in place of 768', () => {
    const at = (more: Partial<TargetFlags>) => {
      const target = resolveTarget({ ...v2, task: 'infer', aspect: '1:1', ...more });
      return vaeLabour(modelVersion('v2.0'), target, target.buckets[0]!, 'decode').flops;
    };
    // Tiles begin at 0, 192, 384, 576 and are 256, 256, 256, 192 wide: 960.
    const [small, large] = [at({ resolution: '256px' }), at({ resolution: '768px' })];
    expect(large / small).toBeCloseTo(960 ** 2 / 256 ** 2, 6);
    // In time as well: from 0, 48 and 96 on 65, 65 and 33 frames, 163 in place of 129. Quarters of frames are rounded up.
    expect(at({ resolution: '256px', vaeTiling: true }) / small).toBeCloseTo(163 / 129, 2);
  });

  it('v1.2 decodes a frame at a time with tiling, of which small ones wait for Python', () => {
    const at = (vaeTiling: boolean) => {
      const target = targetOf({ task: 'infer', batch: 1, vaeTiling });
      return vaeLabour(modelVersion('v1.2'), target, target.buckets[0]!, 'decode');
    };
    expect(at(true).flops).toBe(at(false).flops);
    expect(at(true).kernels).toBeGreaterThan(3 * at(false).kernels);
  });
});

describe('data', () => {
  const target = targetOf({});
  const bucket = target.buckets[0]!;
  const seconds = (more: Partial<typeof target>, computing: number, hostCores?: number) =>
    dataSeconds({ ...target, ...more }, bucket, computing, hostCores);

  it('is waited for only where it takes longer than the rest', () => {
    // 204 frames over 8 workers of 100 frames a second.
    expect(seconds({}, 1)).toBe(0);
    expect(seconds({}, 0.1)).toBeCloseTo(0.155, 10);
    expect(seconds({ dataWorkers: 0 }, 100)).toBeCloseTo(2.04, 10);
    expect(seconds({ cachedVideo: true }, 0)).toBe(0);
  });

  it('comes no faster than the cores that the workers of a host’s ranks share', () => {
    // 16 cores for 8 ranks: two workers' worth each.
    expect(seconds({ gpuCount: 16, nodes: 2 }, 0, 16)).toBeCloseTo(204 / 200, 10);
    expect(seconds({ gpuCount: 16, nodes: 2 }, 0, 640)).toBeCloseTo(204 / 800, 10);
  });
});
