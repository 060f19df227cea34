import { describe, expect, it } from 'vitest';
import type { GpuState } from '../../../src-main/machine/nvml-state.js';
import { conditionsOf } from '../../../src-main/probe/conditions.js';

const state = (powerWatts: number, more: Partial<GpuState> = {}): GpuState => ({
  powerWatts,
  smMHz: 1980,
  gpuCelsius: 60,
  throttleReasons: [],
  pcieGeneration: 5,
  ...more,
});

describe('what a GPU was like while a probe was timed', () => {
  it('is the median of figures, every reason once, and the highest link', () => {
    const states = [
      state(100, { pcieGeneration: 1, throttleReasons: ['software power cap'] }),
      state(690, { smMHz: 1500, throttleReasons: ['sync boost', 'software power cap'] }),
      state(700, { gpuCelsius: 70, pcieGeneration: 3 }),
    ];
    expect(conditionsOf(states)).toEqual({
      powerWatts: 690,
      smMHz: 1980,
      gpuCelsius: 60,
      throttleReasons: ['software power cap', 'sync boost'],
      pcieGeneration: 5,
    });
  });

  it('leaves out moments that could not be read, and says why where none could', () => {
    const lost = { unavailable: 'NVML_ERROR_GPU_IS_LOST' };
    const refused = { unavailable: 'NVML_ERROR_NOT_SUPPORTED' };
    const states = [state(300, { smMHz: refused }), state(0, { powerWatts: lost, smMHz: lost })];
    expect(conditionsOf(states)).toMatchObject({ powerWatts: 300, smMHz: lost });
  });

  it('is unavailable where nothing was sampled', () => {
    expect(conditionsOf([])).toEqual({ unavailable: 'no sample fell into what was timed' });
  });
});
