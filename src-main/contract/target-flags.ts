import { z } from 'zod';

/** A number as a face hands it over: typed on a command line, or already a number in JSON. Read by `resolveTarget`. */
const quantity = z.union([z.string(), z.number(), z.nan()]);
const name = z.string();

/** The flags that name a target, as the command line spells them (in camel case). What is left out gets its default. */
export const targetFlagsSchema = z.object({
  model: name,
  task: name,
  resolution: name.optional(),
  /** Width to height, such as `16:9`. */
  aspect: name.optional(),
  frames: quantity.optional(),
  /** Samples per GPU and forward; with sequence parallel, per group of `sp` GPUs, as upstream's buckets count. */
  batch: quantity.optional(),
  effectiveBatch: quantity.optional(),
  /** GPUs in all, over all nodes. */
  gpuCount: quantity.optional(),
  nodes: quantity.optional(),
  dtype: name.optional(),
  /** `none`, `full`, or for v2.0 `A,B`: how many double and single blocks. */
  checkpointing: name.optional(),
  plugin: name.optional(),
  sp: quantity.optional(),
  tp: quantity.optional(),
  cachedText: z.boolean().optional(),
  cachedVideo: z.boolean().optional(),
  /** v2.0's autoencoder: `hunyuan` or `dc-ae`. */
  ae: name.optional(),
  loraRank: quantity.optional(),
  offload: z.boolean().optional(),
  vaeTiling: z.boolean().optional(),
  /** v2.0: conditions of images and videos are trained (`condition_config`). */
  i2v: z.boolean().optional(),
  /** Gbit/s between nodes. */
  interNodeGbps: quantity.optional(),
  ema: z.union([z.boolean(), z.enum(['on', 'off'])]).optional(),
  samplingSteps: quantity.optional(),
  steps: quantity.optional(),
  latentFrames: quantity.optional(),
  spatialTokens: quantity.optional(),
});

export type TargetFlags = z.infer<typeof targetFlagsSchema>;

/** A flag as it is typed: `--gpu-count` of `gpuCount`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
