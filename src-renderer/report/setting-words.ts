import { isUnavailable } from '../../src-main/contract/evidence.js';
import { formatGiB } from '../../src-main/contract/format.js';
import type { Report } from '../../src-main/contract/report.js';
import { flagOf, targetFlagsSchema } from '../../src-main/contract/target-flags.js';

/** Settings by the names of their flags; one that is not here is shown by its own. */
const settingWords: Record<string, string> = {
  batch: 'Micro-batch',
  effectiveBatch: 'Effective batch',
  accumulation: 'Accumulation',
  checkpointing: 'Activation checkpointing',
  plugin: 'Plugin',
  dtype: 'Precision',
  sp: 'Sequence parallel',
  tp: 'Tensor parallel',
  gpuCount: 'GPUs',
  nodes: 'Nodes',
  offload: 'Checkpoints in host memory',
  cachedText: 'Cached text',
  cachedVideo: 'Cached video',
  vaeTiling: 'VAE in its smallest pieces',
  ema: 'EMA',
  loraRank: 'LoRA rank',
  ae: 'Autoencoder',
};

/** A setting's name for a person. */
export function settingName(setting: string): string {
  return Object.hasOwn(settingWords, setting) ? settingWords[setting]! : setting;
}

/** A setting's value for a person; a bucket's own is written as it came. */
export function settingValue(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return String(value);
}

/** Said by each of several buckets for itself: no flag can, and `plan --config` refuses these beside such a file. */
const ofOneBucket = ['batch', 'effectiveBatch'];

/** The settings that are flags, as they are typed: `--batch 2 --cached-text`. */
export function flagsLine(settings: Record<string, string | number | boolean>, buckets: number): string {
  return Object.entries(settings)
    .filter(
      ([name, value]) => Object.hasOwn(targetFlagsSchema.shape, name) && (value !== false || name === 'ema'),
    )
    .filter(([name]) => buckets === 1 || !ofOneBucket.includes(name))
    .map(([name, value]) => {
      const flag = flagOf(name);
      if (name === 'ema') return `${flag} ${settingValue(value)}`;
      return value === true
        ? flag
        : `${flag} ${/^[\w.,:+-]+$/.test(String(value)) ? value : JSON.stringify(value)}`;
    })
    .join(' ');
}

/** Settings that say nothing at 1. */
const quietAtOne = ['accumulation', 'sp', 'tp', 'nodes'];

/** The nearest miss as sentences: what comes nearest, how short it is, and what would do. */
export function nearestMissSentences({ nearestMiss, target }: Report): string[] {
  if (isUnavailable(nearestMiss)) return [];
  const { settings, peakBytes, shortBytes, smallestGpu, gpuCount } = nearestMiss;
  const list = Object.entries(settings)
    .filter(([name, value]) => value !== false && !(value === 1 && quietAtOne.includes(name)))
    .map(([name, value]) =>
      [lowered(settingName(name)), ...(value === true ? [] : [settingValue(value)])].join(' '),
    );
  const gpus = target.gpuCount === 1 ? '1 GPU' : `${target.gpuCount} GPUs`;
  return [
    `Nothing that was tried fits. Nearest comes: ${list.join(', ')}.`,
    `It may need ${formatGiB(peakBytes)} on each GPU: ${formatGiB(shortBytes)} more than there is, with the reserve kept back.`,
    isUnavailable(smallestGpu)
      ? `No GPU of the catalogue was found to do with ${gpus}: ${smallestGpu.unavailable}.`
      : `The smallest GPU that would do with ${gpus}: ${smallestGpu}.`,
    isUnavailable(gpuCount)
      ? `More GPUs of this memory were not found to do: ${gpuCount.unavailable}.`
      : `The fewest GPUs of this memory that would do: ${gpuCount}.`,
  ];
}

/** Into the middle of a sentence, names such as GPUs, EMA, VAE and LoRA left as they are. */
function lowered(text: string): string {
  return /^[A-Z][a-z]/.test(text) && !text.startsWith('Lo') ? text[0]!.toLowerCase() + text.slice(1) : text;
}
