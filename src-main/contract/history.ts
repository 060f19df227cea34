import { z } from 'zod';
import { reportSchema } from './report.js';

/** What a list of reports shows of one. */
export const historyEntrySchema = reportSchema
  .pick({
    id: true,
    createdAt: true,
    integrity: true,
    redacted: true,
    digest: true,
    state: true,
    profile: true,
  })
  .extend({
    hostname: z.string(),
    /** `8 × NVIDIA H100 80GB HBM3`; empty without a GPU. */
    gpus: z.string(),
    /** `v2.0 train, 256px, 129 frames, batch 4` */
    run: z.string(),
    /** Provider that was measured on, e.g. `cuda`. */
    device: z.string(),
    verdict: reportSchema.shape.verdict.shape.status,
  });

export type HistoryEntry = z.infer<typeof historyEntrySchema>;
