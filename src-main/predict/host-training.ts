import { bytesPerElement, type ModelVersion } from '../../models/catalog/types.js';
import { gibi } from '../contract/format.js';
import type { Bucket, Target } from '../contract/target.js';
import { offloadPart } from './host-offload.js';
import { trainedParameters } from './lora.js';
import { meanByShare } from './mean-by-share.js';
import { type RangedPart, rangedPart, spreads } from './parts.js';
import { gpusOfNode } from './ranks.js';

/** A forked worker shares most of its parent's pages; what it touches itself, PyAV's buffers and leaks included. */
const workerBytes = 0.7 * gibi;
const workerSpread = { low: 0.3, high: 3 };

/** Batches that each worker makes ahead: `prefetch_factor`, PyTorch's default too. */
const prefetched = 2;

/** main:configs/diffusion/train/image.py `pin_memory_cache_pre_alloc_numels`, in elements of the run's type. */
const pinnedElements = 24 * 280 * 2 ** 20 + 4 * 54 * 2 ** 20;

/** What saving gathers at a time: `size_per_shard=4096`, in MiB. */
const shardBytes = 4096 * 2 ** 20;

/** What a rank holds on the host while it trains, beside its process. Bytes. */
export function hostTraining(version: ModelVersion, target: Target): RangedPart[] {
  return [
    ...dataParts(target),
    ...pinnedCache(version, target),
    ...offloadPart(version, target),
    savingPart(version, target),
  ];
}

/** Workers that decode videos, and the batches that wait. Cached features are small beside them. */
function dataParts(target: Target): RangedPart[] {
  const workers = target.dataWorkers;
  if (workers === 0) return [];
  const processes = rangedPart(
    'data-workers',
    'Data workers',
    workers * workerBytes,
    'modelled',
    workerSpread,
    `${workers} processes, taken as 0.7 GiB each`,
  );
  if (target.cachedVideo) return [processes];
  return [processes, decodingPart(target), batchPart(target)];
}

/**
 * A worker reads the whole file, whatever frames it takes, in uint8 and then copies it (main:opensora/datasets/read_video.py).
 * Files are taken to be 720p and twice as long as what is taken of them; at the least they are what is taken, at the
 * most 1080p and four times as long.
 */
function decodingPart(target: Target): RangedPart {
  const copies = 2;
  const bytes = (pixels: number, times: number) =>
    meanByShare(
      target.buckets,
      ({ frames, height, width }) =>
        target.dataWorkers *
        copies *
        (frames === 1 ? 1 : times * frames) *
        Math.max(height * width, pixels) *
        3,
    );
  const part = rangedPart(
    'decoded-videos',
    'Videos while they are decoded',
    bytes(720 * 1280, 2),
    'modelled',
    spreads.counted,
    'whole files in uint8 and a copy, one for each worker; taken as 720p and twice as long as what is taken of them',
  );
  return { ...part, range: [Math.floor(bytes(0, 1) / copies), Math.ceil(bytes(1080 * 1920, 4))] };
}

/**
 * Batches in fp32 in shared memory, as the transforms give them. At the most all wait, and are the largest bucket's; where
 * reading is the slow part, each worker has half of one.
 */
function batchPart(target: Target): RangedPart {
  const count = target.dataWorkers * prefetched;
  const part = rangedPart(
    'prefetched-batches',
    'Batches made ahead',
    count * meanByShare(target.buckets, batchBytes),
    'modelled',
    spreads.counted,
    `${prefetched} batches of each worker, in fp32 pixels (prefetch_factor; datasets/utils.py get_transforms_video)`,
  );
  return {
    ...part,
    range: [
      Math.floor(part.bytes / (2 * prefetched)),
      Math.ceil(count * Math.max(...target.buckets.map(batchBytes))),
    ],
  };
}

const batchBytes = ({ batch, frames, height, width }: Bucket) => batch * frames * height * width * 3 * 4;

/** v2.0 pins batches in a cache that its configs allocate at the start; set to None it is as large as is needed: the least. */
function pinnedCache(version: ModelVersion, target: Target): RangedPart[] {
  if (version.id !== 'v2.0') return [];
  const part = rangedPart(
    'pinned-cache',
    'Pinned batches',
    bytesPerElement[target.dtype] * pinnedElements,
    'modelled',
    spreads.counted,
    'pin_memory_cache_pre_alloc_numels of main:configs/diffusion/train/image.py; less with none',
  );
  return [{ ...part, range: [0, part.range[1]] }];
}

/**
 * Saving gathers on the first rank, a shard at a time; v2.0's configs keep all master weights pinned there
 * (main:opensora/utils/ckpt.py `_prepare_master_pinned_state_dict`, `save_master_weights`). Spread over its node's ranks.
 */
function savingPart(version: ModelVersion, target: Target): RangedPart {
  const master = version.id === 'v2.0' ? 4 * trainedParameters(version, target) : 0;
  const ranks = gpusOfNode(target);
  const part = rangedPart(
    'saving',
    'Checkpoints while they are saved',
    (master + shardBytes) / ranks,
    'modelled',
    spreads.counted,
    `what the first rank gathers, spread over its node's ${ranks}${master > 0 ? ': the master weights in fp32 and a shard of 4 GiB' : ': a shard of 4 GiB'}`,
  );
  return { ...part, range: [0, part.range[1]] };
}
