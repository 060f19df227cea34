import type { AskedGpu, AskedRun } from './run-request.js';
import { flagOf, type TargetFlags } from './target-flags.js';

/** The command as it would be typed. @param words what follows `preflight` */
export function commandLine(words: readonly string[]): string {
  return `preflight ${words.map(shellWord).join(' ')}`;
}

/** A word as a POSIX shell reads it back, whatever it holds; quoted only where that is needed. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The words of a command as `commandLine` wrote it. */
export function wordsOf(command: string): string[] {
  return (command.match(/(?:'[^']*'|\\'|[^\s'])+|'/g) ?? []).map((word) =>
    word.replaceAll("'\\''", '\0').replaceAll("'", '').replaceAll('\0', "'"),
  );
}

/** What a command gives an option, `--gpus 0,1` or `--gpus=0,1`; undefined where it does not have it. */
export function optionIn(command: string, option: string): string | undefined {
  const words = wordsOf(command);
  const joined = words.find((word) => word.startsWith(`${option}=`));
  return joined?.slice(option.length + 1) ?? words[words.indexOf(option) + 1 || words.length];
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

/** How a run is measured, as words of a command. */
export function measuringWords({
  device,
  gpus,
  profile,
  rehearse,
  ...gpu
}: Omit<AskedRun, 'asked'>): string[] {
  return [
    '--device',
    device,
    ...(gpus === null ? [] : ['--gpus', gpus.join(',')]),
    ...gpuWords(gpu),
    '--profile',
    profile,
    ...(rehearse ? ['--rehearse'] : []),
  ];
}

/**
 * The words of `preflight run` that ask for the same as a page did.
 * @param config where the target lies as a file, for one that no flags name
 */
export function runWords({ asked, ...measuring }: AskedRun, config: string): string[] {
  const target = 'flags' in asked ? targetWords(asked.flags) : ['--config', config];
  return ['run', ...target, ...measuringWords(measuring)];
}
