import { z } from 'zod';
import { bytesSchema, secondsSchema } from '../../contract/evidence.js';
import { rehearsalStageSchema } from '../../contract/rehearsal.js';
import type { Provider } from '../messages.js';
import type { RehearsalJob } from './job.js';

/** What a rehearsal's worker is asked. It hears once more when the margin may begin: the run's own peak has been read. */
export interface RehearsalRequest {
  provider: Provider;
  job: RehearsalJob;
  /** Device memory is the host's: this process's own counts as the context that the ballast has. */
  onHost: boolean;
  /** Raise ballast after the steps, by this first and then until it fails; null where the host would have to give it. */
  marginBytes: number | null;
}

export const rehearsalMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  /** A stage begins. */
  z.object({ type: z.literal('stage'), stage: rehearsalStageSchema }),
  /** A step of the stages `first-step` and `steps` has ended. */
  z.object({ type: z.literal('step'), seconds: secondsSchema }),
  /** The profile of the first step lies in this folder, which the host removes. */
  z.object({ type: z.literal('profiled'), folder: z.string() }),
  z.object({
    type: z.literal('held'),
    /** Ballast beyond the run's own with which a step ran; null where it was not raised. */
    marginBytes: bytesSchema.nullable(),
    /** Highest resident memory of the worker before the margin; null where the system does not say. */
    residentPeakBytes: bytesSchema.nullable(),
  }),
  z.object({
    type: z.literal('failed'),
    status: z.enum(['out-of-memory', 'not-supported', 'crashed']),
    cause: z.string(),
    /** What could not be had, where it says. */
    wantedBytes: bytesSchema.nullable(),
  }),
]);
export type RehearsalMessage = z.infer<typeof rehearsalMessageSchema>;
