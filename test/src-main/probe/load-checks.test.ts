import { describe, expect, it } from 'vitest';
import type { Conditions } from '../../../src-main/contract/probe.js';
import { loadChecks, withLoadChecks } from '../../../src-main/probe/load-checks.js';
import { probe } from '../../fixtures/probes.js';
import { h100, healthyDetail } from '../../fixtures/sample-gpus.js';
import { h100Machine } from '../../fixtures/sample-machines.js';

const probeIn = (more: Partial<Conditions> = {}) =>
  probe(
    { block: 'double', batch: 1, frames: 33 },
    {
      conditions: {
        powerWatts: 690,
        smMHz: 1755,
        gpuCelsius: 66,
        throttleReasons: [],
        pcieGeneration: 5,
        ...more,
      },
    },
  );
const unsampled = probe(
  { block: 'double', batch: 1, frames: 1 },
  { conditions: { unavailable: 'not sampled' } },
);
const missing = { unavailable: 'NVML_ERROR_NOT_SUPPORTED' };

describe('a GPU under the load of probes', () => {
  it('is in order where nothing but its own power limit held it down', () => {
    const capped = probeIn({ throttleReasons: ['software power cap'] });
    const [throttle, link] = loadChecks([probeIn(), capped, unsampled], h100(2));
    expect(throttle).toEqual({
      id: 'load-throttle',
      status: 'pass',
      text: 'Nothing held GPU 2 down in 2 timed probes, but for its own power limit, as under full load',
      action: '',
    });
    expect(link).toMatchObject({
      id: 'load-pcie',
      status: 'pass',
      text: 'PCIe generation 5 of 5 under load on GPU 2',
    });
  });

  it('says what held it down, in how many probes and how hot it was', () => {
    const hot = probeIn({
      throttleReasons: ['software thermal slowdown', 'software power cap'],
      gpuCelsius: 91,
    });
    expect(loadChecks([probeIn(), hot, unsampled], h100(0))[0]).toMatchObject({
      status: 'look',
      text: 'GPU 0 was held down in 1 of 2 timed probes: software thermal slowdown, at up to 91 °C',
    });
  });

  it('counts its power limit where that was lowered', () => {
    const power = { drawWatts: 300, limitWatts: 300, defaultLimitWatts: 700 };
    const capped = probeIn({ throttleReasons: ['software power cap'] });
    expect(loadChecks([capped], h100(0, healthyDetail({ power })))[0]).toMatchObject({ status: 'look' });
  });

  it('has a slow link where it stays low under load', () => {
    expect(
      loadChecks([probeIn({ pcieGeneration: 1 }), probeIn({ pcieGeneration: 3 })], h100(0))[1],
    ).toMatchObject({
      status: 'look',
      text: 'PCIe generation 3 of 5 under load on GPU 0',
    });
  });

  it('was not tested where nothing was sampled or read', () => {
    const unread = probeIn({ throttleReasons: missing, pcieGeneration: missing });
    for (const probes of [[unsampled], [unread]])
      expect(loadChecks(probes, h100(0)).map(({ status }) => status)).toEqual(['not-tested', 'not-tested']);
    expect(loadChecks([probeIn()], h100(0, missing))[1]).toMatchObject({ status: 'not-tested' });
  });

  it('adds to the checks of its machine, where there is one', () => {
    const machine = h100Machine();
    expect(withLoadChecks(machine, [probeIn()], null)).toBe(machine);
    const ids = withLoadChecks(machine, [probeIn()], h100(0)).checks.map(({ id }) => id);
    expect(ids.slice(-2)).toEqual(['load-throttle', 'load-pcie']);
  });
});
