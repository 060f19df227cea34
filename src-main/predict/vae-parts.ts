import { bytesPerElement, type Dtype, type ModelVersion } from '../../models/catalog/types.js';
import type { Bucket, Target } from '../contract/target.js';
import { type RangedPart, rangedPart, spreads } from './parts.js';
import { decodeWork, encodeWork } from './vae.js';
import { element, type VaeWork } from './vae-work.js';

/** What decoding adds in inference. */
export function decodeParts(version: ModelVersion, target: Target, bucket: Bucket): RangedPart[] {
  return partsOf('vae-decode', 'VAE decoding', decodeWork(version, target, bucket), target.dtype);
}

/** What encoding adds in training. */
export function encodeParts(version: ModelVersion, target: Target, bucket: Bucket): RangedPart[] {
  return partsOf('vae-encode', 'VAE encoding', encodeWork(version, target, bucket), target.dtype);
}

/** The VAE works in the run's type: v1.2:scripts/inference.py and train.py `vae.to(device, dtype)`, main likewise. */
function partsOf(id: string, name: string, work: VaeWork, dtype: Dtype): RangedPart[] {
  const wider = bytesPerElement[dtype] / element;
  const { low, high } = spreads.vae;
  const activations = rangedPart(id, name, work.activations * wider, 'modelled', spreads.vae, work.note);
  const top = Math.max(work.activations * high, work.most ?? 0);
  return [
    { ...activations, range: [Math.floor(work.least * low * wider), Math.ceil(top * wider)] },
    rangedPart(
      'video-pixels',
      'Video in pixels',
      work.videos * wider,
      'modelled',
      spreads.counted,
      `the whole video in ${dtype}, and the pieces that it is joined from`,
    ),
  ];
}

/**
 * What PyTorch's allocator keeps of the denoising's memory while the VAE decodes. It is handed back before memory
 * runs out, so that at the least it is nothing, and a run does not need it; the driver shows it as used.
 *
 * The one constant here that was chosen by published figures: the share of it that decoding cannot use. For v1.x it
 * is all, by v1.2's 15 figures, which rise with the length of the video where decoding alone does not; for v2.0 it
 * is none, whose figures are of tensors alone (main:opensora/utils/misc.py max_memory_allocated) and whose denoising
 * leaves larger pieces than decoding asks for.
 *
 * What is left over, in % of the published figure (1, 51, 102, 204, 408 frames; v1.2:README.md's GB as 10^9):
 * 360p −0.6 −2.9 +0.4 +3.3 +1.2; 480p +1.2 −8.2 0.0 +3.6 +13.6; 720p −5.5 −14.9 −1.5 +1.2 −5.9; v2.0 (GiB) 256px +1.8,
 * 768px −4.4. At 480p and 720p 51 frames are published with more than 102 are, which no sum of parts gives.
 * Held by test/src-main/predict/published.test.ts.
 */
const unusableShare = (version: ModelVersion) => (version.id === 'v2.0' ? 0 : 1);

export function allocatorCache(
  version: ModelVersion,
  denoising: { bytes: number; range: readonly [number, number] },
): RangedPart[] {
  const share = unusableShare(version);
  if (share === 0) return [];
  const bytes = Math.round(denoising.bytes * share);
  return [
    {
      id: 'allocator-cache',
      name: "Kept by PyTorch's allocator",
      bytes,
      evidence: 'modelled',
      note: 'what denoising used and decoding cannot; shown as used, and handed back before memory runs out',
      range: [0, bytes],
    },
  ];
}
