import { z } from 'zod';
import type { Machine } from '../contract/machine.js';
import type { Report } from '../contract/report.js';
import { judgedGpuSchema, profileSchema, targetSchema } from '../contract/target.js';

/** What has to be the same for finished probes to be taken over: anything else would mix measurements. */
export const runIdentitySchema = z.object({
  target: targetSchema,
  profile: profileSchema,
  /** The device that the probes ran on, e.g. `cuda`. */
  device: z.string(),
  judgedGpu: judgedGpuSchema.nullable(),
  hostname: z.string(),
  gpus: z.array(z.string()),
  toolVersion: z.string(),
});
export type RunIdentity = z.infer<typeof runIdentitySchema>;

/** The parts of a run that name it; a `Report` has them all. */
export type RunDescription = Pick<Report, 'target' | 'profile' | 'judgedGpu' | 'tool'> & {
  device: { used: string };
  machine: Pick<Machine, 'gpus' | 'host'>;
};

export function identityOf(run: RunDescription): RunIdentity {
  return runIdentitySchema.parse({
    target: run.target,
    profile: run.profile,
    device: run.device.used,
    judgedGpu: run.judgedGpu,
    hostname: run.machine.host.hostname,
    gpus: run.machine.gpus.map((gpu) => gpu.name),
    toolVersion: run.tool.version,
  });
}

const names: Record<keyof RunIdentity, string> = {
  target: 'target',
  profile: 'profile',
  device: 'device',
  judgedGpu: 'judged GPU',
  hostname: 'machine',
  gpus: 'GPUs',
  toolVersion: 'version of Preflight',
};

/** What tells two runs apart, in words, e.g. `target (buckets.0.frames 51, not 33)`; empty when they are the same. */
export function identityDifferences(there: RunIdentity, here: RunIdentity): string[] {
  return (Object.keys(names) as (keyof RunIdentity)[]).flatMap((key) => {
    const found = leafDifferences(there[key], here[key]);
    if (found.length === 0) return [];
    return [`${names[key]} (${found.slice(0, 2).join('; ')}${found.length > 2 ? '; …' : ''})`];
  });
}

/** Each leaf in which two values differ, e.g. `buckets.0.frames 51, not 33`. */
export function leafDifferences(there: unknown, here: unknown, path = ''): string[] {
  if (typeof there === 'object' && typeof here === 'object' && there !== null && here !== null) {
    const [a, b] = [Object.entries(there), Object.entries(here)].map((entries) => new Map(entries)) as [
      Map<string, unknown>,
      Map<string, unknown>,
    ];
    return [...new Set([...a.keys(), ...b.keys()])].flatMap((key) =>
      leafDifferences(a.get(key), b.get(key), path ? `${path}.${key}` : key),
    );
  }
  if (Object.is(there, here)) return [];
  return [`${path ? `${path} ` : ''}${shown(there)}, not ${shown(here)}`];
}

function shown(value: unknown): string {
  return value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
}
