import { z } from 'zod';

/** Times of a run with a high point of their own. */
export const phaseIdSchema = z.enum([
  'load',
  'encode',
  'text',
  'first-step',
  'backward',
  'step',
  'save',
  'denoise',
  'decode',
]);

export type PhaseId = z.infer<typeof phaseIdSchema>;
