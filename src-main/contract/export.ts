import { z } from 'zod';

/** Forms that a report is exported in. */
export const exportFormSchema = z.enum(['html', 'pdf', 'md', 'json', 'opensora-config']);
export type ExportForm = z.infer<typeof exportFormSchema>;

/** Languages that a report is read in: what is stored is English. */
export const reportLanguageSchema = z.enum(['en', 'zh']);
export type ReportLanguage = z.infer<typeof reportLanguageSchema>;

/** One text that redaction replaces: `machine.gpus.0.uuid`, what stands there, and what will. */
export const replacementSchema = z.object({ field: z.string(), from: z.string(), to: z.string() });
export type Replacement = z.infer<typeof replacementSchema>;

/** A report in another form, as a file. */
export const exportedSchema = z.object({
  fileName: z.string(),
  mediaType: z.string(),
  /** How `content` is written: as it is, or bytes in base64. */
  encoding: z.enum(['utf8', 'base64']),
  content: z.string(),
});
export type Exported = z.infer<typeof exportedSchema>;
