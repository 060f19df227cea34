import { describe, expect, it } from 'vitest';
import { known } from '../../../src-main/contract/evidence.js';
import { openDevices } from '../../../src-main/rehearse/open-devices.js';
import { cpuMachine, h100Machine, migMachine } from '../../fixtures/sample-machines.js';

describe('the devices of a rehearsal', () => {
  it('on CUDA are each of the GPUs that are used, alone in its worker’s sight', async () => {
    const machine = h100Machine();
    const gpus = machine.gpus.slice(0, 2);
    const { devices, settled, close } = openDevices('cuda', machine, gpus, ['/opt/cuda/lib']);
    try {
      expect(devices.map(({ env }) => env.CUDA_VISIBLE_DEVICES)).toEqual(gpus.map(({ uuid }) => known(uuid)));
      expect(new Set(devices.map(({ env }) => env.CUDA_VISIBLE_DEVICES)).size).toBe(2);
      for (const [index, device] of devices.entries()) {
        expect(device).toMatchObject({
          gpu: gpus[index],
          name: gpus[index]!.name,
          onHost: false,
          limitBytes: null,
        });
        expect(device.env.LD_LIBRARY_PATH).toMatch(/^\/opt\/cuda\/lib/);
        expect(device.freeAtVerdictBytes).toBe(known(gpus[index]!.memory.freeBytes));
      }
      await settled(new AbortController().signal);
    } finally {
      close();
    }
  });

  it('of a GPU that MIG cuts is the instance that a process gets', () => {
    const machine = migMachine();
    const gpu = machine.gpus.find(({ index }) => index !== null)!;
    const { devices, close } = openDevices('cuda', machine, [gpu], []);
    close();
    expect(devices[0]!.name).toMatch(/ MIG /);
    expect(devices[0]!.env.CUDA_VISIBLE_DEVICES).toMatch(/^MIG-/);
  });

  it('elsewhere is one, whose memory is the host’s less what is kept back of it', async () => {
    const machine = cpuMachine();
    const { devices, close } = openDevices('cpu', machine, [], []);
    close();
    expect(devices).toMatchObject([
      {
        gpu: null,
        provider: 'cpu',
        name: machine.host.cpu.name,
        env: {},
        onHost: true,
        freeAtVerdictBytes: null,
      },
    ]);
    expect(await devices[0]!.holders()).toEqual([]);
    expect(await devices[0]!.freeBytes()).toEqual(expect.any(Number));
  });
});
