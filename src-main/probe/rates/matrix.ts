import { buildMatrixProduct, type MatrixProduct } from '../../../models/blocks/matrix-product.js';
import type { Dtype } from '../../../models/catalog/types.js';
import { known, type Reading, unavailable } from '../../contract/evidence.js';
import type { Gpu } from '../../contract/machine.js';
import { runWorker } from '../host.js';
import type { Provider, Timing } from '../messages.js';
import { openSampler } from '../sampler.js';
import type { JobOptions } from './run-job.js';

/** 1.1 TFLOP in each product, on four matrices of 128 MiB. */
const onGpu = { size: 8192, products: 8 };
const timing: Timing = { once: false, minSamples: 5, maxWarmups: 3, budgetSeconds: 1 };

/** The type in which such a GPU trains: bf16 from Ampere (compute capability 8.0), fp16 from Volta (7.0) on. */
export function matrixType({ computeCapability }: Pick<Gpu, 'computeCapability'>): Dtype {
  const generation = Number(known(computeCapability) ?? 8);
  return generation >= 8 ? 'bf16' : generation >= 7 ? 'fp16' : 'fp32';
}

/**
 * FLOP/s of square matrix products through ONNX Runtime, as a probe's blocks run: the fastest of at least five runs.
 * Unavailable where the worker fails or another provider ran a part of it.
 */
export async function measureMatrix(
  provider: Provider,
  dtype: Dtype,
  options: JobOptions,
  shape: Pick<MatrixProduct, 'size' | 'products'> = onGpu,
): Promise<Reading<number>> {
  const matrix = { ...shape, dtype };
  const sampler = openSampler(null);
  const { status, cause, measured } = await runWorker({ matrix, provider, timing }, options, sampler);
  sampler.stop();
  if (status !== 'ok' || !measured?.time) return unavailable(cause || status);
  const { nodesOffProvider } = measured.profiled;
  if (nodesOffProvider.length > 0)
    return unavailable(`not all of it ran on the GPU: ${nodesOffProvider.join(', ')}`);
  return buildMatrixProduct(matrix).flops / Math.min(...measured.time.samples);
}
