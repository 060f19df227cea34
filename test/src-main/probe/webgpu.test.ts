import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
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

/** What a training step gives on two providers; its printer is test/support/webgpu-outputs.ts. */
interface Output {
  name: string;
  cpu: number[];
  webgpu: number[];
}

// The second output of SimplifiedLayerNormalization should be the inverse root mean square. ONNX Runtime 1.30's
// WebGPU writes the mean there (pull request 24223), so that what flows back through q's and k's norm is wrong.
const behindRmsNorm = /^attn\.(q_norm|k_norm|qkv)\./;

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
    const file = await bundle(fileURLToPath(new URL('../../support/webgpu-outputs.ts', import.meta.url)));
    try {
      const env = { ...process.env, ...gpu.env };
      const { stdout } = await promisify(execFile)(process.execPath, [file], { env, maxBuffer: 2 ** 28 });
      const outputs = JSON.parse(stdout) as Output[];
      expect(outputs.length).toBeGreaterThan(8);
      for (const { name, cpu, webgpu } of outputs) {
        expect(webgpu.every(Number.isFinite), name).toBe(true);
        if (!behindRmsNorm.test(name)) expect(maxError(webgpu, cpu), name).toBeLessThan(1e-3);
      }
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
