import { describe, expect, it } from 'vitest';
import { unavailable } from '../../../src-main/contract/evidence.js';
import { UsageError } from '../../../src-main/contract/usage-error.js';
import { chooseDevice } from '../../../src-main/machine/choose-device.js';
import { type ProviderFacts, providerOptions } from '../../../src-main/machine/providers.js';

const linux: ProviderFacts = {
  platform: 'linux',
  arch: 'x64',
  binding: '/ort/onnxruntime_binding.node',
  nvidia: { state: 'none', text: 'no NVIDIA GPU was found' },
  cuda: { ok: false, missing: ['libcudnn.so.9'], commands: ['pip install nvidia-cudnn-cu12'] },
  graphics: { gpu: null, renderNode: false, vulkanDriver: false },
};
const h100: ProviderFacts = { ...linux, nvidia: { state: 'usable', text: 'NVIDIA H100 80GB HBM3' } };
const withCuda: ProviderFacts = { ...h100, cuda: { ok: true, folders: ['/opt/cudnn/lib'] } };

describe('--device auto', () => {
  it('takes CUDA, with the folders that its libraries lie in', () => {
    expect(chooseDevice('auto', withCuda)).toEqual({
      device: 'cuda',
      reason: 'CUDA (NVIDIA H100 80GB HBM3; the CUDA provider and its libraries are there).',
      libraryFolders: ['/opt/cudnn/lib'],
    });
  });

  it('never replaces CUDA in silence where there is an NVIDIA GPU', () => {
    const graphics = { gpu: 'NVIDIA H100 80GB HBM3', renderNode: true, vulkanDriver: true };
    expect(() => chooseDevice('auto', { ...h100, graphics })).toThrow(UsageError);
    expect(() => chooseDevice('auto', h100)).toThrow(
      [
        '--device auto: this machine has an NVIDIA GPU (NVIDIA H100 80GB HBM3), but CUDA cannot use it. Missing: libcudnn.so.9.',
        '  pip install nvidia-cudnn-cu12',
        '  or ask for a dry run on the CPU with --device cpu',
      ].join('\n'),
    );
    const unclear = {
      ...withCuda,
      nvidia: { state: 'unclear' as const, text: 'its driver does not answer' },
    };
    expect(() => chooseDevice('auto', unclear)).toThrow('its driver does not answer');
    expect(chooseDevice('cpu', h100).device).toBe('cpu');
  });

  it('takes the CPU where WebGPU would find a software renderer, and says so', () => {
    const { device, reason } = chooseDevice('auto', linux);
    expect(device).toBe('cpu');
    expect(reason).toBe(
      'The CPU; CUDA was passed over: no NVIDIA GPU was found; WebGPU was passed over: no GPU was found that WebGPU may use: at best a software renderer.',
    );
    const amd = { gpu: 'Radeon', renderNode: false, vulkanDriver: false };
    expect(chooseDevice('auto', { ...linux, graphics: amd }).reason).toContain('no render node in /dev/dri');
  });

  it('takes WebGPU where there is a GPU and a render node, or a Vulkan driver is named', () => {
    const amd = { gpu: 'Radeon', renderNode: true, vulkanDriver: false };
    expect(chooseDevice('auto', { ...linux, graphics: amd }).device).toBe('webgpu');
    const swiftshader = { gpu: null, renderNode: false, vulkanDriver: true };
    expect(chooseDevice('auto', { ...linux, graphics: swiftshader }).device).toBe('webgpu');
  });

  it('falls to the CPU where the user hid the NVIDIA GPUs', () => {
    const hidden = { state: 'hidden' as const, text: 'CUDA_VISIBLE_DEVICES= hides the NVIDIA GPUs' };
    expect(chooseDevice('auto', { ...withCuda, nvidia: hidden })).toMatchObject({
      device: 'cpu',
      libraryFolders: [],
    });
  });

  it('takes DirectML on Windows, WebGPU on a Mac, and the CPU on Linux arm64', () => {
    const graphics = { gpu: 'a GPU', renderNode: false, vulkanDriver: false };
    expect(chooseDevice('auto', { ...h100, platform: 'win32', graphics }).device).toBe('dml');
    expect(chooseDevice('auto', { ...linux, platform: 'darwin', arch: 'arm64', graphics }).device).toBe(
      'webgpu',
    );
    expect(chooseDevice('auto', { ...h100, arch: 'arm64', graphics }).device).toBe('cpu');
  });
});

describe('--device', () => {
  it('refuses what the platform cannot have, and says what it can', () => {
    expect(() => chooseDevice('dml', linux)).toThrow(
      '--device dml: onnxruntime-node has no such provider on linux x64; possible here: cuda, webgpu, cpu',
    );
    expect(() => chooseDevice('cuda', { ...linux, platform: 'darwin', arch: 'arm64' })).toThrow(UsageError);
  });

  it('refuses CUDA without a GPU or its libraries', () => {
    expect(() => chooseDevice('cuda', linux)).toThrow('--device cuda: no NVIDIA GPU was found');
    expect(() => chooseDevice('cuda', h100)).toThrow('pip install nvidia-cudnn-cu12');
    expect(chooseDevice('cuda', withCuda).libraryFolders).toEqual(['/opt/cudnn/lib']);
  });

  it('lets WebGPU be tried where it is doubtful', () => {
    expect(chooseDevice('webgpu', linux)).toMatchObject({
      device: 'webgpu',
      reason: expect.stringContaining('may not work'),
    });
  });

  it('says that nothing can run without the package', () => {
    const without = { ...linux, binding: unavailable('the package onnxruntime-node is not installed') };
    expect(() => chooseDevice('cpu', without)).toThrow('onnxruntime-node is not installed');
    expect(providerOptions(without).every(({ usable }) => !usable)).toBe(true);
  });

  it('lists every provider, the preferred one first', () => {
    expect(providerOptions(linux).map(({ device }) => device)).toEqual([
      'cuda',
      'webgpu',
      'cpu',
      'dml',
      'coreml',
    ]);
    expect(providerOptions(withCuda)[0]).toMatchObject({ device: 'cuda', usable: true });
  });
});
