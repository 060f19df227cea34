import { describe, expect, it } from 'vitest';
import type { TargetFlags } from '../../../../src-main/contract/target-flags.js';
import { resolveTarget } from '../../../../src-main/predict/resolve-target.js';
import { launchLine, launchNotes } from '../../../../src-main/report/opensora-config/launch.js';

const video: TargetFlags = { model: 'v1.2', task: 'infer', resolution: '360p', frames: 51, gpuCount: 4 };

describe('the launch of an inference', () => {
  it('of v1.x has as many processes as share a video', () => {
    const shared = resolveTarget({ ...video, sp: 2 });
    expect(launchLine(shared, 'configs/a.py')).toBe(
      'torchrun --standalone --nproc_per_node 2 scripts/inference.py configs/a.py --prompt "TEXT"',
    );
    expect(launchNotes(shared)).toEqual(['That is one of 2 launches, each on 2 of the 4 GPUs.']);
  });

  it('of v2.0 has a process on every GPU', () => {
    const target = resolveTarget({ ...video, model: 'v2.0', resolution: '256px', frames: 129, sp: 2 });
    expect(launchLine(target, 'configs/a.py')).toBe(
      'torchrun --standalone --nproc_per_node 4 scripts/diffusion/inference.py configs/a.py --save-dir samples --prompt "TEXT"',
    );
    expect(launchNotes(target)).toEqual([]);
  });
});
