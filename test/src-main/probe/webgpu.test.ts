import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { known } from '../../../src-main/contract/evidence.js';
import { probeSchema } from '../../../src-main/contract/probe.js';
import { onceTiming } from '../../../src-main/probe/budget.js';
import { runProbe } from '../../../src-main/probe/host.js';
import { bundle } from '../../native/bundle.js';
import { builtMain } from '../../support/built.js';
import { tinyPoint } from '../../support/points.js';
import { maxError } from '../../support/run-graph.js';
import { noSwiftShader, type SwiftShader, unpackSwiftShader } from '../../support/swiftshader.js';

// A second provider for real: ONNX Runtime's WebGPU over SwiftShader, a GPU in software.
describe.skipIf(noSwiftShader)(`WebGPU${noSwiftShader ? ` (skipped: ${noSwiftShader})` : ''}`, () => {
  let gpu: SwiftShader;
  beforeAll(async () => {
    gpu = unpackSwiftShader();
    await builtMain();
  });
  afterAll(() => gpu?.remove());
  const options = { provider: 'webgpu', deadlineSeconds: 150 } as const;

  it('runs a training block, and names what the CPU ran of it', async () => {
    const probe = probeSchema.parse(
      await runProbe(tinyPoint(), { ...options, timing: onceTiming, env: gpu.env }),
    );
    expect(probe).toMatchObject({ status: 'ok', cause: '', provider: 'webgpu', evidence: 'measured' });
    // ONNX Runtime's WebGPU has no FusedMatMul, which attention's backward is written in.
    expect(probe.nodesOffProvider).toEqual([expect.stringMatching(/^FusedMatMul \(CPU\) × \d+$/)]);
    const reason = { unavailable: 'the webgpu provider reports no memory in its profile' };
    expect(probe.memory).toMatchObject({ liveBytes: reason, inUseBytes: reason, heldBytes: reason });
    expect(known(probe.memory)!.savedForBackwardBytes).toBeGreaterThan(0);
  }, 180_000);

  it('gives the loss and the gradients that the CPU gives', async () => {
    const file = await bundle('test/support/webgpu-outputs.ts');
    try {
      const env = { ...process.env, ...gpu.env };
      const { stdout } = await promisify(execFile)(process.execPath, [file], { env, maxBuffer: 2 ** 28 });
      const { cpu, webgpu } = JSON.parse(stdout) as Record<'cpu' | 'webgpu', number[][]>;
      expect(webgpu.length).toBeGreaterThan(5);
      webgpu.forEach((values, index) => {
        expect(values.every(Number.isFinite)).toBe(true);
        expect(maxError(values, cpu[index]!)).toBeLessThan(1e-3);
      });
    } finally {
      rmSync(dirname(file), { recursive: true, force: true });
    }
  }, 180_000);

  it('without a Vulkan driver is not supported, with the reason', async () => {
    const env = { VK_ICD_FILENAMES: '/nowhere', VK_DRIVER_FILES: '/nowhere' };
    const probe = await runProbe(tinyPoint(), { ...options, timing: onceTiming, env });
    expect(probe).toMatchObject({
      status: 'not-supported',
      cause: expect.stringMatching(/^Failed to get a WebGPU adapter/),
    });
  });
});
