import { describe, expect, it } from 'vitest';
import {
  commandLine,
  gpuWords,
  optionIn,
  runWords,
  targetWords,
} from '../../../src-main/contract/command-line.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import { runCli } from '../../support/cli.js';

describe('a command from what a page asks', () => {
  it('quotes what a shell would change', () => {
    expect(commandLine(['run', '--config', "/a b/it's.py", '--gpu', 'RTX-4090', ''])).toBe(
      "preflight run --config '/a b/it'\\''s.py' --gpu RTX-4090 ''",
    );
  });

  it('has every flag that was set', () => {
    const words = targetWords({
      model: 'v2.0',
      task: 'train',
      cachedText: true,
      offload: false,
      ema: false,
      i2v: true,
    });
    expect(words.join(' ')).toBe('--model v2.0 --task train --cached-text --ema off --i2v');
    expect(gpuWords({ gpu: 'H100' })).toEqual(['--gpu', 'H100']);
    expect(gpuWords({ gpuMemory: '24GiB' })).toEqual(['--gpu-memory', '24GiB']);
  });

  it('names the GPUs, the device and the profile, and a target from a file by the file', () => {
    const target = resolveTarget({ model: 'v1.2', task: 'train', resolution: '144p', frames: 17, batch: 1 });
    const asked = { target, assumptions: [], name: 'mine.py' };
    const words = runWords({ asked, device: 'cuda', gpus: [0, 1], profile: 'thorough' }, '/home/target.json');
    expect(words.join(' ')).toBe(
      'run --config /home/target.json --device cuda --gpus 0,1 --profile thorough',
    );
  });

  it('asks for a rehearsal', () => {
    const asked = { flags: { model: 'v1.2', task: 'train' } };
    const words = runWords({ asked, device: 'cpu', gpus: null, profile: 'quick', rehearse: true }, '');
    expect(words.join(' ')).toBe('run --model v1.2 --task train --device cpu --profile quick --rehearse');
  });

  it('gives back what it gave an option', () => {
    const command = commandLine(['run', '--gpu', 'RTX 4090', '--data', "/it's", '--gpus=2,3', '--rehearse']);
    expect(optionIn(command, '--gpu')).toBe('RTX 4090');
    expect(optionIn(command, '--data')).toBe("/it's");
    expect(optionIn(command, '--gpus')).toBe('2,3');
    expect(optionIn(command, '--gpu-memory')).toBeUndefined();
    expect(optionIn(command, '--rehearse')).toBeUndefined();
  });

  it('asks the command line for the same target', async () => {
    const flags: TargetFlags = {
      model: 'v2.0',
      task: 'train',
      resolution: '256px',
      aspect: '1:1',
      frames: 32,
      batch: '2',
      gpuCount: 8,
      nodes: 2,
      interNodeGbps: 200.5,
      checkpointing: '3,4',
      ae: 'dc-ae',
      cachedText: true,
      ema: false,
      steps: 100,
    };
    const { stdout, stderr } = await runCli(['plan', ...targetWords(flags), '--gpu', 'H100', '--json']);
    expect(JSON.parse(stdout || stderr).target).toEqual(resolveTarget(flags));
  }, 60_000);
});
