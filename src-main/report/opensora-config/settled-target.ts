import { modelVersion } from '../../../models/catalog/index.js';
import { isUnavailable } from '../../contract/evidence.js';
import type { Report } from '../../contract/report.js';
import type { Target } from '../../contract/target.js';
import { type TargetFlags, targetFlagsSchema } from '../../contract/target-flags.js';
import { joinBuckets } from '../../predict/config/join-buckets.js';
import { runOfTarget } from '../../predict/config/saved-target.js';
import { checkpointingName } from '../../predict/resolve-checkpointing.js';

/** Said by batches and accumulation instead. */
const derived = ['batch', 'effectiveBatch'];

/**
 * The report's target with its recommended settings and batches, or as asked where there are none.
 * @throws UsageError where the settings make no run
 */
export function settledTarget({ target, recommendation }: Pick<Report, 'target' | 'recommendation'>): Target {
  if (isUnavailable(recommendation)) return target;
  const { settings, batches } = recommendation;
  const names = Object.keys(targetFlagsSchema.shape).filter((name) => !derived.includes(name));
  const given: Partial<TargetFlags> = Object.fromEntries(
    Object.entries(settings).filter(([name]) => names.includes(name)),
  );
  const asked = checkpointingName(modelVersion(target.model, target.ae), target.checkpointedBlocks);
  const keepsBlocks = given.checkpointing === undefined || given.checkpointing === asked;
  if (keepsBlocks) delete given.checkpointing;
  const run = runOfTarget(target, 'the report');
  const buckets = run.buckets.map((bucket, index) => ({
    ...bucket,
    flags: { ...bucket.flags, batch: batches[index] ?? bucket.flags.batch! },
  }));
  const accumulation = Number(settings.accumulation ?? target.accumulation);
  const settled = joinBuckets({ ...run, buckets, accumulation }, given);
  return keepsBlocks ? { ...settled, checkpointedBlocks: target.checkpointedBlocks } : settled;
}
