import { z } from 'zod';
import { keptReportSchema } from './kept-report.js';
import { deviceSchema, profileSchema, targetSchema } from './target.js';
import { targetFlagsSchema } from './target-flags.js';

/** The run that a page names: by its form, as flags, or a target that came from a file. */
export const askedTargetSchema = z.union([
  z.strictObject({ flags: z.strictObject(targetFlagsSchema.shape) }),
  z.strictObject({
    target: targetSchema,
    /** What the file left open. */
    assumptions: z.array(z.string().max(2000)).max(200),
    /** Of the file, for people. */
    name: z.string().max(255),
  }),
]);

/** The GPU that is judged where it is not the one measured on, as `--gpu` and `--gpu-memory`. */
export const askedGpuSchema = z.object({ gpu: z.string().optional(), gpuMemory: z.string().optional() });

export const askedRunSchema = askedGpuSchema.extend({
  asked: askedTargetSchema,
  device: deviceSchema,
  /** CUDA ordinals, or null for the first that the run needs. */
  gpus: z.array(z.number().int().nonnegative()).nullable(),
  profile: profileSchema,
  /** Whether the recommended settings are held at full depth after the verdict. */
  rehearse: z.boolean().optional(),
  /** A report of the same run on this machine, whose probes are taken over and not measured again. */
  goOnFrom: keptReportSchema.optional(),
});

export type AskedTarget = z.infer<typeof askedTargetSchema>;
export type AskedGpu = z.infer<typeof askedGpuSchema>;
export type AskedRun = z.infer<typeof askedRunSchema>;
