import { type Reading, unavailable } from '../../contract/evidence.js';
import { formatGiB } from '../../contract/format.js';
import type { NearestMiss } from '../../contract/report.js';
import type { Target } from '../../contract/target.js';
import { type GpuSpec, gpuCatalogue } from '../../predict/gpus.js';
import { gpusOfNode } from '../../predict/ranks.js';
import { reserveOf } from '../memory-finding.js';
import { countChanges, settingsOf, withBatches } from '../settings.js';
import { mostCheckpointed } from './checkpoint-counts.js';
import type { Evaluator } from './evaluator.js';
import { sharedSettings, tiers } from './space.js';

/** GPUs of a node where more are counted than the run was asked for: what servers of them have. */
const usualNode = 8;
const mostGpus = 1024;

/**
 * What comes nearest to fitting, and what would do instead: batch 1, every block checkpointed, features cached, and of the
 * ways to share the run among its GPUs the one with the smallest top.
 *
 * @param evaluate by the exact analysis
 * @param limitBytes free memory less the reserve
 * @param topOn the top on another card, which may have FlashAttention where this one has not
 */
export function nearestMiss(
  asked: Target,
  bf16: boolean,
  limitBytes: number,
  evaluate: Evaluator,
  topOn: (gpu: GpuSpec, target: Target) => number,
): NearestMiss {
  const { target, topBytes } = smallestOf(asked, bf16, evaluate);
  return {
    settings: settingsOf(target),
    peakBytes: topBytes,
    shortBytes: Math.max(0, topBytes - Math.max(0, limitBytes)),
    smallestGpu: smallestGpu(target, topOn),
    gpuCount: fewestGpus(asked, bf16, limitBytes, evaluate),
  };
}

function smallestOf(settings: Target, bf16: boolean, evaluate: Evaluator) {
  return sharedSettings(settings, tiers.at(-1)!, bf16)
    .map((shared) => {
      const target = atTheirSmallest(shared);
      return { target, topBytes: evaluate.topBytes(target), changes: countChanges(settings, target) };
    })
    .toSorted((a, b) => a.topBytes - b.topBytes || a.changes - b.changes)[0]!;
}

/** Its top alone, in bytes: what only saves memory is set. */
function smallestTop(settings: Target, bf16: boolean, evaluate: Evaluator): number {
  const tops = sharedSettings(settings, tiers.at(-1)!, bf16)
    .filter(({ vaeTiling }) => vaeTiling)
    .filter(({ cachedText, cachedVideo }, _, all) =>
      all.every((other) => cachedText >= other.cachedText && cachedVideo >= other.cachedVideo),
    )
    .map((shared) => evaluate.topBytes(atTheirSmallest(shared)));
  return Math.min(...tops);
}

function atTheirSmallest(shared: Target): Target {
  const ones = shared.buckets.map(() => 1);
  return withBatches(mostCheckpointed(shared), ones, shared.accumulation);
}

/** The smallest card that can run it, by what is left of its memory beside the reserve; of equals the slowest. */
function smallestGpu(target: Target, topOn: (gpu: GpuSpec, target: Target) => number): Reading<string> {
  const usable = ({ memoryBytes }: GpuSpec) => memoryBytes - reserveOf(memoryBytes);
  const able = gpuCatalogue
    .filter((gpu) => runs(gpu, target))
    .toSorted((a, b) => usable(a) - usable(b) || a.flops.fp16 - b.flops.fp16);
  const enough = able.find((gpu) => topOn(gpu, target) <= usable(gpu));
  if (enough !== undefined) return enough.name;
  const largest = able.at(-1)!;
  return unavailable(
    `even ${largest.name} has ${formatGiB(usable(largest))} to use, and ${formatGiB(topOn(largest, target))} may be needed`,
  );
}

/** Open-Sora runs on NVIDIA's cards, v2.0 on those with FlashAttention 2, and bf16 needs a card that has it. */
function runs(gpu: GpuSpec, { model, dtype }: Target): boolean {
  return (
    gpu.vendor === 'nvidia' && (gpu.flashAttention || model !== 'v2.0') && (gpu.bf16 || dtype !== 'bf16')
  );
}

/** GPUs in powers of two on which ZeRO's shards, and sequence and tensor ranks, leave little enough for each. */
function fewestGpus(asked: Target, bf16: boolean, limitBytes: number, evaluate: Evaluator): Reading<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let gpuCount = 2; gpuCount <= mostGpus; gpuCount *= 2) {
    if (gpuCount <= asked.gpuCount) continue;
    const perNode = Math.min(gpuCount, Math.max(usualNode, gpusOfNode(asked)));
    if (gpuCount % perNode !== 0) continue;
    const spread = { ...asked, gpuCount, nodes: Math.max(asked.nodes, gpuCount / perNode) };
    if (gpuCount % spread.nodes !== 0) continue;
    const topBytes = smallestTop(spread, bf16, evaluate);
    if (topBytes <= limitBytes) return gpuCount;
    least = Math.min(least, topBytes);
  }
  return unavailable(
    `on any number up to ${mostGpus} each may still need ${formatGiB(least)}, and may take ${formatGiB(Math.max(0, limitBytes))}`,
  );
}
