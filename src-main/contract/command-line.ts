import type { AskedGpu, AskedRun } from './run-request.js';
import { flagOf, type TargetFlags } from './target-flags.js';

/** The command as it would be typed. @param words what follows `preflight` */
export function commandLine(words: readonly string[]): string {
  return `preflight ${words.map(quoted).join(' ')}`;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Flags that name a target, as words of a command. */
export function targetWords(flags: TargetFlags): string[] {
  return Object.entries(flags).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (name === 'ema') return ['--ema', value === true || value === 'on' ? 'on' : 'off'];
    if (typeof value === 'boolean') return value ? [flagOf(name)] : [];
    return [flagOf(name), String(value)];
  });
}

/** The GPU to judge for, as words of a command. */
export function gpuWords({ gpu, gpuMemory }: AskedGpu): string[] {
  return [
    ...(gpu === undefined ? [] : ['--gpu', gpu]),
    ...(gpuMemory === undefined ? [] : ['--gpu-memory', gpuMemory]),
  ];
}

/**
 * The words of `preflight run` that ask for the same as a page did.
 * @param config where the target lies as a file, for one that no flags name
 */
export function runWords({ asked, device, gpus, profile, ...gpu }: AskedRun, config: string): string[] {
  const target = 'flags' in asked ? targetWords(asked.flags) : ['--config', config];
  return [
    'run',
    ...target,
    '--device',
    device,
    ...(gpus === null ? [] : ['--gpus', gpus.join(',')]),
    ...gpuWords(gpu),
    '--profile',
    profile,
  ];
}
