import { resolve } from 'node:path';
import type { Device, Profile } from '../contract/target.js';
import { flagOf, type TargetFlags, targetFlagsSchema } from '../contract/target-flags.js';

/** What `preflight run` is told on each node. */
export interface NodeRun {
  /** The target's own flags, as they were typed. */
  flags: TargetFlags;
  config?: string | undefined;
  device: Device;
  profile: Profile;
  gpus: number[] | null;
  gpu?: string | undefined;
  gpuMemory?: string | undefined;
  cudaLibs?: string | undefined;
  data?: string | undefined;
}

/**
 * The words of `preflight run` on a node, without `--out`. Paths are made absolute, since a job starts elsewhere; each
 * value is joined to its flag, so that one that begins with a dash stays a value.
 */
export function runWords({ flags, config, data, cudaLibs, ...rest }: NodeRun): string[] {
  const named = Object.keys(targetFlagsSchema.shape) as (keyof TargetFlags)[];
  const path = (given: string | undefined) => (given === undefined ? undefined : resolve(given));
  const words: [string, string | number | boolean | undefined][] = [
    ['config', path(config)],
    ...named.map((name) => [name, flags[name]] as [string, string | number | boolean | undefined]),
    ['device', rest.device],
    ['gpus', rest.gpus?.join(',')],
    ['gpu', rest.gpu],
    ['gpuMemory', rest.gpuMemory],
    ['profile', rest.profile],
    ['cudaLibs', path(cudaLibs)],
    ['data', path(data)],
  ];
  return ['run', ...words.flatMap(([name, value]) => word(flagOf(name), value))];
}

function word(flag: string, value: string | number | boolean | undefined): string[] {
  if (value === undefined || value === false) return [];
  return [value === true ? flag : `${flag}=${value}`];
}
