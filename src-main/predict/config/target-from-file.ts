import type { Target } from '../../contract/target.js';
import type { TargetFlags } from '../../contract/target-flags.js';
import { resolveTarget } from '../resolve-target.js';
import { type ReadBase, readConfig } from './config-bases.js';
import { modelOf, taskOf } from './detect-model.js';
import { joinBuckets } from './join-buckets.js';
import { readSavedJson } from './saved-json.js';
import { targetFromSaved } from './saved-target.js';
import { readV1 } from './v1-run.js';
import { readV2 } from './v2-run.js';

/** The run that a file tells, and what it leaves open. */
export interface FileTarget {
  target: Target;
  /** Sentences for the report: how what the file does not say was read. */
  assumptions: string[];
}

/**
 * The target of a file: a saved target, saved flags or a report as JSON, or an Open-Sora config `.py` of v1.0 to v2.0,
 * which is parsed and never run.
 *
 * @param name the file's name, for messages; `.py` makes it a config
 * @param given flags beside it; they override what the file says
 * @param readBase text of a file that `_base_` names, by its path from this file's folder
 * @throws UsageError in one line that says what is wrong, with file and line, and what would be right.
 */
export function targetFromFile(
  text: string,
  name: string,
  given: Partial<TargetFlags>,
  readBase: ReadBase,
): FileTarget {
  if (!/\.py$/i.test(name)) return fromJson(text, name, given);
  const config = readConfig(text, name, readBase);
  const model = modelOf(config, name, given);
  const task = taskOf(config, name, given);
  const run = model === 'v2.0' ? readV2(config, name, task, given) : readV1(config, name, model, task, given);
  return { target: joinBuckets(run, given), assumptions: run.assumptions };
}

function fromJson(text: string, name: string, given: Partial<TargetFlags>): FileTarget {
  const saved = readSavedJson(text, name);
  if (saved.kind === 'target') return { target: targetFromSaved(saved.target, name, given), assumptions: [] };
  const flags = { ...saved.flags, ...given };
  // What is missing or wrong of them `resolveTarget` says, by the flag's name.
  return { target: resolveTarget(flags as TargetFlags), assumptions: [] };
}
