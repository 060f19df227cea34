import { describe, expect, it } from 'vitest';
import { unavailable } from '../../../src-main/contract/evidence.js';
import { cudaEnvironmentFor, cudaVisibility } from '../../../src-main/machine/cuda-visible.js';
import { cutDetail, h100, healthyDetail, instance } from '../../fixtures/sample-gpus.js';

const gpu = (name: string, uuid: string, bus: string) => ({ name, uuid, pciAddress: `00000000:${bus}:00.0` });
const equal = [gpu('A', 'GPU-aaa1', '01'), gpu('A', 'GPU-aaa2', '02'), gpu('A', 'GPU-bbb3', '03')];
const mixed = [gpu('A', 'GPU-aaa1', '01'), gpu('B', 'GPU-bbb2', '02')];
const pciOrder = { CUDA_DEVICE_ORDER: 'PCI_BUS_ID' };

describe('CUDA_VISIBLE_DEVICES', () => {
  it.each([
    [undefined, [0, 1, 2]],
    ['', [null, null, null]],
    ['-1', [null, null, null]],
    ['2,1', [null, 1, 0]],
    ['0,2,-1,1', [0, null, 1]], // NVIDIA's own example: the list ends at what is invalid
    ['0,7,1', [0, null, null]],
    [' 1 , 0 ', [1, 0, null]],
    ['GPU-bbb', [null, null, 0]],
    ['GPU-aaa,GPU-bbb', [null, null, null]], // a prefix of two GPUs is invalid
    ['GPU-aaa2,0', [1, 0, null]],
    ['nonsense', [null, null, null]],
  ])('%j among equals gives %j', (list, ordinals) => {
    const env = list === undefined ? {} : { CUDA_VISIBLE_DEVICES: list };
    expect(cudaVisibility(equal, env)).toEqual({ ordinals, doubt: '' });
  });

  it('follows the PCI bus, not the order of NVML', () => {
    const [first, second, third] = equal;
    expect(cudaVisibility([third!, first!, second!], {}).ordinals).toEqual([2, 0, 1]);
    expect(cudaVisibility([third!, first!, second!], { CUDA_VISIBLE_DEVICES: '0' }).ordinals).toEqual([
      null,
      0,
      null,
    ]);
  });

  it('says unknown where indices among different GPUs depend on an order that is not set', () => {
    const { ordinals, doubt } = cudaVisibility(mixed, { CUDA_VISIBLE_DEVICES: '1' });
    expect(ordinals).toEqual([null, null]);
    expect(doubt).toContain('CUDA_DEVICE_ORDER');
    expect(cudaVisibility(mixed, { CUDA_VISIBLE_DEVICES: '1', ...pciOrder })).toEqual({
      ordinals: [null, 0],
      doubt: '',
    });
    expect(cudaVisibility(mixed, { CUDA_VISIBLE_DEVICES: 'GPU-bbb2,GPU-aaa1' })).toEqual({
      ordinals: [1, 0],
      doubt: '',
    });
    expect(cudaVisibility(mixed, { CUDA_VISIBLE_DEVICES: '' })).toEqual({
      ordinals: [null, null],
      doubt: '',
    });
  });

  it('numbers different GPUs in PCI order where nothing is set, and says that CUDA may not', () => {
    const { ordinals, doubt } = cudaVisibility(mixed, {});
    expect(ordinals).toEqual([0, 1]);
    expect(doubt).toContain('fastest first');
    expect(cudaVisibility(mixed, pciOrder)).toEqual({ ordinals: [0, 1], doubt: '' });
  });

  it('does not guess at a GPU named twice or at a MIG instance', () => {
    expect(cudaVisibility(equal, { CUDA_VISIBLE_DEVICES: '0,0' })).toMatchObject({
      ordinals: [null, null, null],
    });
    expect(cudaVisibility(equal, { CUDA_VISIBLE_DEVICES: 'MIG-GPU-aaa1/1/0' }).doubt).toContain('MIG');
  });

  it('does not guess where a UUID that may be meant was not read', () => {
    const blind = [equal[0]!, { ...equal[1]!, uuid: unavailable('NO_PERMISSION') }];
    const { ordinals, doubt } = cudaVisibility(blind, { CUDA_VISIBLE_DEVICES: 'GPU-aaa2' });
    expect(ordinals).toEqual([null, null]);
    expect(doubt).toContain('not all of these could be read');
    expect(cudaVisibility(blind, { CUDA_VISIBLE_DEVICES: '1,0' }).ordinals).toEqual([1, 0]);
  });

  it('gives a worker exactly one GPU', () => {
    const whole = h100(0, healthyDetail(), { uuid: 'GPU-aaa1' });
    expect(cudaEnvironmentFor(whole)).toEqual({
      CUDA_VISIBLE_DEVICES: 'GPU-aaa1',
      CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
    });
    expect(cudaEnvironmentFor({ ...whole, uuid: unavailable('x') })).toBeUndefined();
  });

  it('gives a worker the instance that it may use of a GPU that MIG cuts', () => {
    const cut = h100(0, cutDetail([instance('3g.40gb', 39, 38)]));
    expect(cudaEnvironmentFor(cut)).toMatchObject({ CUDA_VISIBLE_DEVICES: 'MIG-3g.40gb' });
  });
});
