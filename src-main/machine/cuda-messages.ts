import { z } from 'zod';
import { bytesSchema, reading } from '../contract/evidence.js';

/** What the CUDA driver shows a process with this environment; in the order of its ordinals. */
export const cudaViewSchema = z.object({
  /** Why it shows none, though it is there; empty where it answers. */
  refusal: z.string(),
  devices: z.array(
    z.object({
      name: reading(z.string()),
      pciAddress: reading(z.string()),
      totalBytes: reading(bytesSchema),
    }),
  ),
});
export type CudaView = z.infer<typeof cudaViewSchema>;
