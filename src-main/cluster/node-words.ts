import { resolve } from 'node:path';
import { measuringWords, targetWords } from '../contract/command-line.js';
import type { AskedRun } from '../contract/run-request.js';
import type { TargetFlags } from '../contract/target-flags.js';

/** What `preflight run` is told on each node. */
export interface NodeRun extends Omit<AskedRun, 'asked'> {
  /** The target's own flags, as they were typed. */
  flags: TargetFlags;
  config?: string | undefined;
  cudaLibs?: string | undefined;
  data?: string | undefined;
}

/** The words of `preflight run` on a node, without `--out`. Paths are made absolute, since a job starts elsewhere. */
export function nodeWords({ flags, config, data, cudaLibs, ...measuring }: NodeRun): string[] {
  const path = (flag: string, given: string | undefined) =>
    given === undefined ? [] : [flag, resolve(given)];
  return [
    'run',
    ...path('--config', config),
    ...targetWords(flags),
    ...measuringWords(measuring),
    ...path('--cuda-libs', cudaLibs),
    ...path('--data', data),
  ];
}
