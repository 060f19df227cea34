import type { RehearsalStatus, RehearsedDevice } from '../../../src-main/contract/rehearsal.js';
import type { Target } from '../../../src-main/contract/target.js';
import type { DeviceWork, Holder } from '../../../src-main/rehearse/rehearse.js';

const gibi = 2 ** 30;

export function deviceThat(status: RehearsalStatus, more: Partial<RehearsedDevice> = {}): RehearsedDevice {
  const held = status === 'held';
  return {
    gpu: 0,
    name: 'NVIDIA H100 80GB HBM3',
    status,
    cause: held ? '' : `made to end as ${status}`,
    stage: held ? null : 'first-step',
    missingBytes: status === 'out-of-memory' ? gibi : { unavailable: 'nothing was missing' },
    freeBytes: 79 * gibi,
    stepSeconds: held ? [9, 2, 3, 2.5] : [],
    peakBytes: held ? 40 * gibi : { unavailable: 'no step ended' },
    deviceBytes: held ? 44 * gibi : { unavailable: 'no step ended' },
    ballastBytes: 2 * gibi,
    marginBytes: held ? 5 * gibi : { unavailable: 'the peak is not known' },
    conditions: { unavailable: 'not in this test' },
    ...more,
  };
}

/** A work whose live part is expected to take 20 GiB beside 10 GiB of states and 10 GiB of ballast. */
export function scriptedWork(beyondTypeBytes = 0): DeviceWork {
  return {
    bucket: '144p, 51 frames, batch 4',
    graph: {
      blocks: [{ kind: 'spatial', count: 28, checkpointed: 0 }],
      dtype: 'bf16',
      batch: 4,
      tokens: 2160,
      sharedWeights: false,
      notes: [],
    },
    parts: [{ id: 'weights', name: 'Weights', bytes: 40 * gibi, how: 'run', note: '' }],
    heldPhase: null,
    expected: { peakBytes: 40 * gibi, secondsPerStep: 2 },
    job: {
      residentBytes: 10 * gibi,
      ballastBytes: 10 * gibi,
      expectedPeakBytes: 40 * gibi,
      otherPhases: [{ phase: 'step', bytes: 30 * gibi }],
    } as DeviceWork['job'],
    beyondTypeBytes,
  };
}

/** A holder whose attempts end as they are told to, one after the other; what it was asked for is in `asked`. */
export function scriptedHolder(
  ends: readonly (RehearsalStatus | RehearsedDevice[])[],
  more: Partial<Holder> = {},
): Holder & { asked: { target: Target; limitBytes: number | null }[] } {
  const asked: { target: Target; limitBytes: number | null }[] = [];
  let under: Target | undefined;
  let work = 0;
  return {
    asked,
    provider: 'cuda',
    workFor: (target) => {
      under = target;
      return scriptedWork();
    },
    freeBytes: async () => 79 * gibi,
    hold: async (_, limitBytes, onProgress) => {
      asked.push({ target: under!, limitBytes });
      onProgress({ stage: 'steps', step: 1, steps: 20, secondsLeft: 3 });
      const end = ends[work++]!;
      return typeof end === 'string' ? [deviceThat(end)] : end;
    },
    ...more,
  };
}
