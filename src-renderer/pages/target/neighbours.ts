import type { Target } from '../../../src-main/contract/target.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import { framesOffered, versionOf } from './offered.js';
import { resolveDraft } from './resolve-draft.js';

/**
 * Targets that one move of a control away may be asked for next, the likeliest first: the frames beside these on the slider,
 * another batch, the other resolutions. Their shapes are fetched while nobody waits.
 */
export function neighbours(flags: TargetFlags): Target[] {
  const version = versionOf(flags);
  const frames = framesOffered(version);
  const place = frames.findIndex((count) => count >= Number(flags.frames));
  const near = [1, -1, 2, -2, 3, -3, 4, -4].flatMap((step) => frames[place + step] ?? []);
  const variants: TargetFlags[] = [
    { ...flags, batch: 1 },
    { ...flags, batch: 3 },
    ...near.map((count) => ({ ...flags, frames: count })),
    ...version.resolutions.map((resolution) => ({ ...flags, resolution })),
  ];
  return variants.flatMap((variant) => {
    const resolved = resolveDraft(variant);
    return 'target' in resolved ? [resolved.target] : [];
  });
}
