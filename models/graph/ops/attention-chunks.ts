/** How the backward of one attention is cut so that its scores are never held whole. */
export type ChunkPlan =
  | { kind: 'whole' }
  /** `count` chunks of `size` samples each. */
  | { kind: 'batches'; count: number; size: number }
  /** `count` chunks of `size` queries of every sample; the last is padded with zeros. */
  | { kind: 'queries'; count: number; size: number };

/** Rows that a chunk keeps for its matrix products to be fast, where its scores are more than they may be. */
const rowsWanted = 128;

const largestDivisor = (n: number, limit: number): number => {
  for (let size = Math.min(n, limit); size > 1; size--) if (n % size === 0) return size;
  return 1;
};

/**
 * Plans the chunks of an attention's backward.
 *
 * @param batch samples of the attention (for spatial attention: videos × latent frames)
 * @param elementBytes bytes of one score
 * @param scoreBytes scores of one chunk, at most
 */
export function planChunks(
  batch: number,
  heads: number,
  queries: number,
  keys: number,
  elementBytes: number,
  scoreBytes: number,
): ChunkPlan {
  const sampleBytes = heads * queries * keys * elementBytes;
  if (batch * sampleBytes <= scoreBytes) return { kind: 'whole' };
  if (sampleBytes <= scoreBytes) {
    const size = largestDivisor(batch, Math.max(1, Math.floor(scoreBytes / sampleBytes)));
    return size === batch ? { kind: 'whole' } : { kind: 'batches', count: batch / size, size };
  }
  const rowBytes = batch * heads * keys * elementBytes;
  const most = Math.min(queries, Math.max(rowsWanted, Math.floor(scoreBytes / rowBytes)));
  const divisor = largestDivisor(queries, most);
  // Where no divisor is near, zero rows at the end cost less than many small chunks.
  const size = divisor * 2 >= most ? divisor : most;
  const count = Math.ceil(queries / size);
  return count === 1 ? { kind: 'whole' } : { kind: 'queries', count, size };
}
