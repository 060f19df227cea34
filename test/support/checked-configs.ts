import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export interface ConfigToCheck {
  version: string;
  task: string;
  text: string;
  /** Where `_base_` is looked for. */
  folder: string;
}

export interface CheckedConfig {
  /** What upstream's scripts would refuse. */
  problems: string[];
  config: Record<string, unknown>;
}

/** Loads configs with real Python, as upstream's loader would. */
export function checkConfigs(configs: readonly ConfigToCheck[]): CheckedConfig[] {
  const script = join(process.cwd(), 'test/python/check_opensora_config.py');
  const run = spawnSync('python3', [script], { input: JSON.stringify(configs), encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}
