import type { TargetFlags } from '../../contract/target-flags.js';

/** A config says no GPU count: the fewest that its groups need, and one a node. */
export function defaultGpus(
  file: string,
  group: number,
  given: Partial<TargetFlags>,
): { flags: { gpuCount?: number }; assumptions: string[] } {
  if (given.gpuCount !== undefined) return { flags: {}, assumptions: [] };
  const nodes = Number(given.nodes ?? 1);
  const grouped = given.sp !== undefined || given.tp !== undefined;
  const size = grouped ? Number(given.sp ?? 1) * Number(given.tp ?? 1) : group;
  const gpuCount =
    Number.isSafeInteger(nodes) && Number.isSafeInteger(size) ? Math.max(1, nodes) * Math.max(1, size) : 1;
  return {
    flags: { gpuCount },
    assumptions: [
      `${file} does not say on how many GPUs it runs: ${gpuCount} ${gpuCount === 1 ? 'is' : 'are'} taken (--gpu-count).`,
    ],
  };
}
