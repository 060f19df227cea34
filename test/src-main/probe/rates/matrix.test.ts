import { beforeAll, describe, expect, it } from 'vitest';
import { buildMatrixProduct } from '../../../../models/blocks/matrix-product.js';
import { cudaKernels } from '../../../../models/graph/cuda-kernels.js';
import { livePeaks, runOrder } from '../../../../models/graph/schedule.js';
import { known } from '../../../../src-main/contract/evidence.js';
import { measureMatrix } from '../../../../src-main/probe/rates/matrix.js';
import { builtMain } from '../../../support/built.js';

describe('the matrix product', () => {
  const { graph, output, flops } = buildMatrixProduct({ size: 8192, dtype: 'bf16', products: 8 });

  it('counts a multiplication and an addition for each element of each product', () => {
    expect(flops).toBe(8 * 2 * 8192 * 8192 * 8192);
  });

  it('gives one number, and runs on CUDA whole, in bf16', () => {
    expect(output.shape).toEqual([1]);
    for (const { op } of graph.nodes) expect(cudaKernels[op], op).toContain('bf16');
  });

  it('lies in half a GiB: two matrices that are there, and two at once on the way', () => {
    const matrix = 2 * 8192 * 8192;
    const large = graph.initializers.filter(({ value }) => value.storage.bytes > 1024);
    expect(large.map(({ value }) => value.storage.bytes)).toEqual([matrix, matrix]);
    const { live } = livePeaks(graph, runOrder(graph.nodes, [output]));
    expect(live).toBeGreaterThanOrEqual(2 * matrix);
    expect(live).toBeLessThan(2 * matrix + 1024);
  });
});

describe('the matrix rate, through the built worker', () => {
  beforeAll(async () => {
    await builtMain();
  });
  const options = { env: {}, deadlineSeconds: 60 };
  const small = { size: 256, products: 4 };

  it('is measured, within what any processor can do', async () => {
    const rate = known(await measureMatrix('cpu', 'fp32', options, small));
    expect(rate).toBeGreaterThan(1e8);
    expect(rate).toBeLessThan(1e14);
  });

  it('is unavailable with the reason where the type or the provider is not there', async () => {
    expect(await measureMatrix('cpu', 'bf16', options, small)).toEqual({
      unavailable: expect.stringMatching(/Could not find an implementation/),
    });
  });

  it('ends at its deadline', async () => {
    expect(await measureMatrix('cpu', 'fp32', { ...options, deadlineSeconds: 0.01 }, small)).toEqual({
      unavailable: expect.stringMatching(/^not done after/),
    });
  });
});
