import { type Command, Option } from 'commander';
import { z } from 'zod';
import { closestNames } from '../../models/catalog/closest.js';
import { blockKindSchema, deviceSchema, modelIdSchema, profileSchema } from '../contract/target.js';
import { type TargetFlags, targetFlagsSchema } from '../contract/target-flags.js';
import { UsageError } from '../contract/usage-error.js';
import { configOption, dataOption } from './path-options.js';

/** Flags that name a target; the same for every command that takes one. */
export function withTarget(command: Command): Command {
  // What is missing of these is said by `resolveTarget`, which knows what would be right.
  return command
    .option('--model <version>', `Open-Sora version: ${modelIdSchema.options.join(', ')}`)
    .option('--task <task>', 'train or infer')
    .option('--resolution <name>', 'such as 144p, 256px, 720p')
    .option('--aspect <w:h>', 'width to height, such as 16:9')
    .option('--frames <n>', 'video frames of a sample')
    .option('--batch <n>', 'samples per GPU and forward (micro-batch)')
    .option('--effective-batch <n>', 'samples per optimiser step over all GPUs')
    .option('--gpu-count <n>', 'GPUs over all nodes')
    .option('--nodes <n>', 'machines')
    .option('--dtype <type>', 'bf16, fp16 or fp32')
    .option('--checkpointing <which>', 'none, full, or for v2.0 A,B: double and single blocks')
    .option('--plugin <name>', 'zero1, zero2 or hybrid')
    .option('--sp <n>', 'sequence parallel size')
    .option('--tp <n>', 'tensor parallel size')
    .option('--cached-text', 'text features come from disk: no text encoder on the GPU')
    .option('--cached-video', 'video features come from disk: no VAE on the GPU')
    .addOption(new Option('--ema <on|off>', 'keep a moving average of the weights').choices(['on', 'off']))
    .option('--ae <name>', "v2.0's autoencoder: hunyuan or dc-ae")
    .option('--lora-rank <n>', 'train a LoRA of this rank in place of the weights')
    .option('--offload', 'v2.0: checkpoints wait in pinned host memory')
    .option('--i2v', 'v2.0: train on image and video conditions (condition_config)')
    .option('--vae-tiling', 'the VAE works in its smallest pieces')
    .option('--inter-node-gbps <n>', "Gbit/s of each node's network")
    .option('--sampling-steps <n>', 'denoising steps')
    .option('--steps <n>', 'optimiser steps of the whole run')
    .option('--latent-frames <n>', 'latent frames, in place of --frames')
    .option('--spatial-tokens <n>', 'tokens of a latent frame, in place of --resolution');
}

export function deviceOption(): Option {
  return new Option('--device <device>', deviceSchema.options.join(', ')).default('auto');
}

/** What the options of `withMeasuring` give. */
export interface MeasuringFlags {
  config?: string;
  device: string;
  gpus?: string;
  gpu?: string;
  gpuMemory?: string;
  profile: string;
  rehearse?: true;
  cudaLibs?: string;
  data?: string;
}

/** Options of a whole run beside its target's flags: where and how it is measured. */
export function withMeasuring(command: Command): Command {
  return command
    .addOption(configOption())
    .addOption(deviceOption())
    .option('--gpus <list>', 'CUDA ordinals of the GPUs to judge, such as 0,1')
    .option('--gpu <name>', 'judge for this GPU what was measured on this device')
    .option('--gpu-memory <size>', 'judge for this much GPU memory, such as 24GiB')
    .option('--profile <name>', 'quick (3 minutes), standard (10) or thorough (30)', 'quick')
    .option('--rehearse', 'hold the recommended settings at full depth for some steps before a go is said')
    .option('--cuda-libs <dir>', 'a Python environment or folder with cuBLAS and cuDNN')
    .addOption(dataOption());
}

/** Target flags among what Commander collected; `resolveTarget` checks them and has the words for what is wrong. */
export function targetFlags(options: object): TargetFlags {
  const names = Object.keys(targetFlagsSchema.shape);
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name))) as TargetFlags;
}

export const readDevice = (given: unknown) => choice(deviceSchema.options, '--device', given);
export const readBlock = (given: unknown) => choice(blockKindSchema.options, '--block', given);
export const readProfile = (given: unknown) => choice(profileSchema.options, '--profile', given);

/** One of the names a flag takes. @throws UsageError that lists them, the nearest first */
export function choice<T extends string>(names: readonly T[], flag: string, given: unknown): T {
  const found = names.find((name) => name === given);
  if (found !== undefined) return found;
  if (given === undefined) throw new UsageError(`${flag} is missing: say one of ${names.join(', ')}`);
  const [nearest] = closestNames(String(given), names, 1);
  throw new UsageError(
    `${flag} ${String(given)}: ${names.join(', ')} are possible${nearest ? `; did you mean ${nearest}?` : ''}`,
  );
}

/** `0,1` as CUDA ordinals. @throws UsageError */
export function readGpus(given: string | undefined): number[] | null {
  if (given === undefined) return null;
  const parsed = z
    .array(z.string().regex(/^\d{1,4}$/))
    .min(1)
    .safeParse(given.split(','));
  if (!parsed.success) throw new UsageError(`--gpus ${given}: give CUDA ordinals such as 0 or 0,1`);
  const ordinals = parsed.data.map(Number);
  if (new Set(ordinals).size !== ordinals.length)
    throw new UsageError(`--gpus ${given}: a GPU is named twice`);
  return ordinals;
}
