import type { FrameSize, ModelVersion } from '../../../models/catalog/types.js';
import { type FileBucket, namedSize } from './file-run.js';

/**
 * A bucket of a frame size in pixels: by the version's name for it where it has one, else by its tokens.
 */
export function sizedBucket(
  version: ModelVersion,
  size: FrameSize,
  frames: number,
  batch: number | undefined,
  place: string,
): FileBucket {
  const given = { frames, ...(batch !== undefined && { batch }) };
  for (const resolution of version.resolutions) {
    for (const aspect of [version.defaultAspect(resolution), ...version.aspects]) {
      const { height, width } = version.frameSize(resolution, aspect);
      if (height === size.height && width === size.width)
        return { flags: { ...namedSize(version, resolution, aspect), ...given }, share: 1, place };
    }
  }
  const { rows, columns, spatialTokens } = version.tokenGrid(frames, size);
  return {
    flags: { spatialTokens, ...given },
    share: 1,
    place,
    own: {
      resolution: `${size.height}x${size.width}`,
      aspect: `${size.width}:${size.height}`,
      ...size,
      rows,
      columns,
    },
  };
}
