import type { BlockAnalysis, BlockShape } from '../../../models/blocks/types.js';
import type { Probe } from '../../../src-main/contract/probe.js';

/** A graph's answer that can be worked out by head: every figure is tokens times a round number. */
export function linearAnalysis(shape: BlockShape): BlockAnalysis {
  const tokens = shape.batch * shape.latentFrames * shape.rows * shape.columns;
  const element = shape.dtype === 'fp32' ? 4 : 2;
  const training = shape.task === 'train';
  return {
    parameters: 1000,
    flops: tokens * (training ? 3e6 : 1e6) * shape.depth,
    attentionFlops: 0,
    savedForBackwardBytes: training ? tokens * element * 100 : 0,
    sharedSavedBytes: training ? 1000 : 0,
    liveBytes: tokens * element * (training ? 160 : 40),
    attentionScratchBytes: training ? tokens * element * 10 : 0,
    fusedLiveBytes: tokens * element * (training ? 150 : 40),
    heldForBackwardBytes: training ? tokens * element * 110 : 0,
    blockInputBytes: tokens * element * 5,
    parameterBytes: 1000 * element,
    optimizerStateBytes: 0,
    nodes: 1,
  };
}

/** A probe that ran; what a test does not say is as `preflight` would write it for v1.2 at 144p, 51 frames. */
export function probeOf(
  point: Partial<Probe['point']> = {},
  measured: { liveBytes?: number; seconds?: number; status?: Probe['status']; provider?: string } = {},
): Probe {
  return {
    point: {
      model: 'v1.2',
      block: 'spatial',
      task: 'train',
      dtype: 'bf16',
      resolution: '144p',
      frames: 51,
      batch: 4,
      latentFrames: 15,
      rows: 9,
      columns: 16,
      tokens: 2160,
      depth: 1,
      checkpoint: false,
      optimizer: false,
      ...point,
    },
    provider: measured.provider ?? 'cuda',
    status: measured.status ?? 'ok',
    cause: '',
    evidence: 'measured',
    conditions: { unavailable: 'not in this test' },
    memory:
      measured.liveBytes === undefined
        ? { unavailable: 'not in this test' }
        : {
            liveBytes: measured.liveBytes,
            inUseBytes: measured.liveBytes,
            heldBytes: measured.liveBytes,
            deviceBytes: measured.liveBytes,
            gpuUsedBytes: measured.liveBytes,
            savedForBackwardBytes: 0,
            sharedSavedBytes: 0,
            attentionScratchBytes: 0,
            parameterBytes: 0,
            optimizerStateBytes: 0,
          },
    time:
      measured.seconds === undefined
        ? { unavailable: 'not in this test' }
        : {
            medianSeconds: measured.seconds,
            spread: 0,
            samples: [measured.seconds],
            warmups: [],
            secondsByOperatorClass: {},
          },
    tokensPerSecond: { unavailable: 'not in this test' },
    tflops: { unavailable: 'not in this test' },
    flops: 1,
    parameters: 1000,
    nodesOffProvider: [],
    wallSeconds: 1,
    phases: {},
  };
}
