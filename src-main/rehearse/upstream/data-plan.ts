import path from 'node:path';
import { modelVersion } from '../../../models/catalog/index.js';
import type { Bucket, Target } from '../../contract/target.js';
import { dataRanks } from '../../predict/ranks.js';

/** Optimiser steps that are run. */
export const upstreamSteps = 3;

/** Synthetic data for exactly these steps, as the version's data set reads it. */
export interface DataPlan {
  /** What the config's `data_path` names. */
  dataPath: string;
  /** The table of samples; empty where batches are read from buffers. */
  table: string;
  /** One video or picture that every sample is, of the bucket's own size; frames of 1 are a picture. */
  media: { path: string; frames: number; height: number; width: number } | null;
  /** Features of a sample, by file: shapes. */
  tensors: Record<string, number[]>;
  /** v1.2's features: files of whole batches, one for each data-parallel rank. */
  buffers: { path: string; batches: number; fields: Record<string, Field> }[];
}

interface Field {
  shape: number[];
  /** Every element; random where there is none. */
  fill?: number;
  /** Whole numbers in place of bf16. */
  whole?: boolean;
}

/** v1.0 and v1.1 take every third frame, as the exported config says. */
const frameInterval = (model: Target['model']) => (model === 'v1.0' || model === 'v1.1' ? 3 : 1);

/**
 * What to write for `upstreamSteps` optimiser steps of a target of one bucket: each takes a micro-batch for every
 * data-parallel rank and step of accumulation.
 *
 * @param folder where it will lie
 */
export function planData(target: Target, folder: string): DataPlan {
  const bucket = target.buckets[0]!;
  if (target.model === 'v1.2' && target.cachedText && target.cachedVideo)
    return bufferPlan(target, bucket, folder);
  const { frames, height, width } = bucket;
  const media = {
    path: path.join(folder, frames === 1 ? 'sample.png' : 'sample.mp4'),
    // v1.1 and v1.2 take a video into a bucket only where it is longer: opensora/datasets/bucket.py.
    frames: frames === 1 ? 1 : frames * frameInterval(target.model) + 1,
    height,
    width,
  };
  const features = target.model === 'v2.0' && (target.cachedText || target.cachedVideo);
  const tensors = features ? sampleFeatures(target, bucket, folder) : {};
  const dataPath = path.join(folder, 'samples.csv');
  const samples = upstreamSteps * target.accumulation * dataRanks(target) * bucket.batch;
  const row = columnsOf(target.model, media, Object.keys(tensors));
  return {
    dataPath,
    table: table(row, samples, target.model !== 'v1.0'),
    media,
    tensors,
    buffers: [],
  };
}

/** v1.0 has no heading, the path first and then the text; fps of 23 passes every `fps_max` unthinned. */
function columnsOf(
  model: Target['model'],
  media: { path: string; frames: number; height: number; width: number },
  features: readonly string[],
): Record<string, string | number> {
  const text = 'a red kite over the sea';
  if (model === 'v1.0') return { path: media.path, text };
  const { path: file, frames, height, width } = media;
  const [latents_path, text_t5_path, text_clip_path] = features;
  return {
    path: file,
    text,
    num_frames: frames,
    height,
    width,
    aspect_ratio: height / width,
    fps: 23,
    resolution: height * width,
    ...(latents_path !== undefined && {
      latents_path,
      text_t5_path: text_t5_path!,
      text_clip_path: text_clip_path!,
    }),
  };
}

function table(row: Record<string, string | number>, count: number, heading: boolean): string {
  const line = Object.values(row).map(field).join(',');
  const lines = Array.from({ length: count }, () => line);
  return `${(heading ? [Object.keys(row).join(','), ...lines] : lines).join('\n')}\n`;
}

/** RFC 4180. */
const field = (value: string | number) =>
  /[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);

/** v2.0: main:opensora/datasets/datasets.py, CachedVideoTextDataset; a text of T5's 512 tokens and CLIP's one vector. */
function sampleFeatures(target: Target, bucket: Bucket, folder: string): Record<string, number[]> {
  return {
    [path.join(folder, 'latents.pt')]: latentShape(target, bucket),
    [path.join(folder, 'text-t5.pt')]: [512, 4096],
    [path.join(folder, 'text-clip.pt')]: [768],
  };
}

/** Channels, frames, rows and columns of a sample's latents; sides that do not divide are cut, as the 2D VAE does. */
function latentShape({ model, ae }: Target, { latentFrames, height, width }: Bucket): number[] {
  const side = ae === 'dc-ae' ? 32 : 8;
  const channels = model !== 'v2.0' ? 4 : ae === 'dc-ae' ? 128 : 16;
  return [channels, latentFrames, Math.floor(height / side), Math.floor(width / side)];
}

/** v1.2:opensora/datasets/datasets.py, BatchFeatureDataset, with what v1.2:scripts/misc/extract_feat.py saves. */
function bufferPlan(target: Target, bucket: Bucket, folder: string): DataPlan {
  const { batch, frames, height, width } = bucket;
  const { hidden, textTokens } = modelVersion(target.model);
  const each = (fill: number, whole = false): Field => ({ shape: [batch], fill, whole });
  const fields = {
    x: { shape: [batch, ...latentShape(target, bucket)] },
    // Embedded already, the texts of the batch one after another.
    y: { shape: [1, batch * textTokens, hidden] },
    mask: each(textTokens, true),
    fps: each(frames === 1 ? 120 : 24),
    height: each(height),
    width: each(width),
    num_frames: each(frames),
  };
  const dataPath = path.join(folder, 'features');
  const batches = upstreamSteps * target.accumulation;
  // Upstream looks in the folders below the one that is named.
  const buffers = Array.from({ length: dataRanks(target) }, (_, rank) => ({
    path: path.join(dataPath, 'all', `${String(rank).padStart(8, '0')}.bin`),
    batches,
    fields,
  }));
  return { dataPath, table: '', media: null, tensors: {}, buffers };
}
