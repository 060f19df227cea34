import type { Point } from './probe.js';

/** The same text for the same point, whatever the order of its fields. */
export function pointKey(point: Point): string {
  return JSON.stringify(Object.entries(point).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `spatial, 51 frames, batch 4 + AdamW, checkpointed` */
export function pointName({ block, frames, batch, optimizer, checkpoint }: Point): string {
  const extra = `${optimizer ? ' + AdamW' : ''}${checkpoint ? ', checkpointed' : ''}`;
  return `${block}, ${frames} frames, batch ${batch}${extra}`;
}

/** `144p spatial, 51 frames, batch 4 + AdamW`: among points of several resolutions. */
export const sizedPointName = (point: Point) => `${point.resolution} ${pointName(point)}`;
