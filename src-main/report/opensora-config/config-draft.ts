import type { TargetFlags } from '../../contract/target-flags.js';
import type { PythonItem } from './python-text.js';

/** A config under way: its assignments in order, and what it cannot hold. */
export interface ConfigDraft {
  values: Record<string, PythonItem>;
  /** Sentences for the comments in front. */
  notes: string[];
  /** What `--config` must be given beside the file, so that it is the same run again. */
  beside: Partial<TargetFlags>;
  /** The folder of upstream's checkout in which the file belongs, where `_base_` says so. */
  folder?: string;
}
