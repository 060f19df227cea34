import { z } from 'zod';

/** A report of the history, with its digest where another of that id is kept too, such as its redacted copy. */
export const keptReportSchema = z.strictObject({
  id: z.string().min(1).max(200),
  digest: z.string().max(100).optional(),
});

export type KeptReport = z.infer<typeof keptReportSchema>;
