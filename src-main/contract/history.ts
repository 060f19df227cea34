import { z } from 'zod';
import { rehearsalStatusSchema } from './rehearsal.js';
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
    /** How its rehearsal ended; null where there was none. */
    rehearsal: rehearsalStatusSchema.nullable().default(null),
  });

export type HistoryEntry = z.infer<typeof historyEntrySchema>;

/** Bytes that no document of ours has: a report with every probe of a thorough sweep has some 0.5 MB. */
export const mostDocumentBytes = 8 * 2 ** 20;

/** Whether an entry has every one of some words, in any case. */
export function entryMatches(entry: HistoryEntry, words: readonly string[]): boolean {
  const text = Object.values(entry).join(' ').toLowerCase();
  return words.every((word) => text.includes(word.toLowerCase()));
}
