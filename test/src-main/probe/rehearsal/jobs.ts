import { architectureOf } from '../../../../models/blocks/architecture.js';
import { modelBlocks } from '../../../../models/blocks/model-blocks.js';
import { stepMemory } from '../../../../models/blocks/step-memory.js';
import type { StepShape } from '../../../../models/blocks/types.js';
import type { RehearsalDevice } from '../../../../src-main/probe/rehearsal/device.js';
import type { RehearsalJob } from '../../../../src-main/probe/rehearsal/job.js';
import { openSampler } from '../../../../src-main/probe/sampler.js';

export const mebi = 2 ** 20;

/** A narrow STDiT3 of two blocks of each kind, with 192 MiB of ballast: some seconds on two cores. */
export function narrowJob(
  over: Partial<StepShape> = {},
  ballastBytes = 192 * mebi,
  hidden = 96,
): RehearsalJob {
  const { id, mlpRatio, attention, rotaryAxes } = architectureOf('v1.2');
  const architecture = { id, mlpRatio, attention, rotaryAxes, hidden, heads: 4, textTokens: 8 };
  const step: StepShape = {
    model: 'v1.2',
    task: 'train',
    dtype: 'fp32',
    batch: 1,
    latentFrames: 4,
    rows: 12,
    columns: 16,
    optimizer: true,
    sharedWeights: false,
    blocks: modelBlocks({ depth: { spatial: 2, temporal: 2 } }, { spatial: 2, temporal: 1 }),
    ...over,
  };
  const { weights, masters, moments, inputs, live } = stepMemory(architecture, step);
  const residentBytes = weights + masters + moments + inputs;
  return {
    architecture,
    step,
    residentBytes,
    ballastBytes,
    otherPhases: [],
    expectedPeakBytes: residentBytes + live.bytes + ballastBytes,
    expectedStepSeconds: null,
    limits: { least: 3, most: 4, seconds: 5 },
  };
}

/** This machine's CPU as a device, or what `over` makes of it. */
export function cpu(over: Partial<RehearsalDevice> = {}): RehearsalDevice {
  return {
    gpu: null,
    provider: 'cpu',
    name: 'the CPU',
    env: {},
    sampler: openSampler(null),
    freeBytes: async () => 8 * 2 ** 30,
    freeAtVerdictBytes: null,
    holders: async () => [],
    limitBytes: null,
    onHost: true,
    ...over,
  };
}
