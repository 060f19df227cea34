import path from 'node:path';
import { modelVersion } from '../../../models/catalog/index.js';
import type { Target } from '../../contract/target.js';
import { flagOf } from '../../contract/target-flags.js';
import { checkpointingName } from '../../predict/resolve-checkpointing.js';
import type { ConfigDraft } from './config-draft.js';
import { assignment, type PythonItem } from './python-text.js';

/** Where the config of a rehearsal finds and leaves things. */
export interface RehearsalPlaces {
  checkout: string;
  /** For `data_path`. */
  data: string;
  /** For `outputs`. */
  outputs: string;
}

/**
 * The exported config for some steps on other data: it saves no checkpoint, tells wandb nothing and leaves all that it
 * writes in a folder of its own. The file may lie anywhere, since `_base_` names upstream's by its whole path.
 */
export function rehearsalConfig({ values, folder }: ConfigDraft, places: RehearsalPlaces): string {
  const { data, outputs, checkout } = places;
  const bases = values._base_;
  const changed: Record<string, PythonItem> = {
    ...values,
    ...(folder !== undefined &&
      Array.isArray(bases) && { _base_: bases.map((base) => path.join(checkout, folder, String(base))) }),
    // v1.0 has no `dataset`: v1.0:scripts/train.py.
    ...('data_path' in values ? { data_path: data } : { dataset: withPath(values.dataset, data) }),
    // Few samples need no processes to be put into buckets.
    ...(('num_bucket_build_workers' in values || folder !== undefined) && { num_bucket_build_workers: 1 }),
    outputs,
    wandb: false,
    ckpt_every: 0,
  };
  return `${Object.entries(changed)
    .map(([name, value]) => assignment(name, value))
    .join('\n')}\n`;
}

function withPath(dataset: PythonItem | undefined, data: string): PythonItem {
  const own = typeof dataset === 'object' && dataset !== null && 'dict' in dataset ? dataset.dict : {};
  return { dict: { ...own, data_path: data } };
}

/**
 * Why steps of Open-Sora would be another run's than the target's: what its config cannot say, or its script does not
 * read. Null where they are the same.
 */
export function differsInOpenSora(target: Target, draft: ConfigDraft): string | null {
  const { model, cachedText, cachedVideo, buckets } = target;
  const version = modelVersion(model, target.ae);
  // The data has the aspect ratio.
  const unsaid = Object.entries(draft.beside).filter(([name]) => name !== 'aspect');
  if (unsaid.length > 0) {
    const flags = unsaid.map(([name, value]) => (value === true ? flagOf(name) : `${flagOf(name)} ${value}`));
    return `no config of ${model} says ${flags.join(' ')}`;
  }
  const checkpointed = checkpointingName(version, target.checkpointedBlocks);
  if (model !== 'v2.0' && !['none', 'full'].includes(checkpointed))
    return `${model} checkpoints all blocks or none, and the run ${checkpointed}`;
  if (model === 'v1.2' && cachedText !== cachedVideo)
    return 'v1.2 reads features of text and video from disk together, or neither';
  if (model === 'v1.3' && (cachedText || cachedVideo))
    return 'v1.3:scripts/train.py trains from videos and texts alone, and from no features';
  const other = buckets.find(({ frames, latentFrames }) => version.latentFrames(frames) !== latentFrames);
  if (other)
    return `${other.frames} frames do not make the ${other.latentFrames} latent frames that were asked for`;
  return null;
}
