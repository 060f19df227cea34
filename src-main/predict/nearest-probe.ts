import type { BlockShape } from '../../models/blocks/types.js';
import { known } from '../contract/evidence.js';
import type { Probe } from '../contract/probe.js';
import { sameBlock, shapeOf, sizeOf } from './analyser.js';

/** A measured figure of one probe, and whether it is of the asked shape and type or must be scaled. */
export interface Measured {
  value: number;
  probe: Probe;
  shape: BlockShape;
  exact: boolean;
}

/**
 * The measurement that says most of `wanted`: of the same model, block and task, ran to its end, with the figure that
 * `read` wants. The wanted shape and type first; then the wanted type, then the size nearest as a ratio.
 */
export function nearestMeasured(
  probes: readonly Probe[],
  wanted: BlockShape,
  read: (probe: Probe) => number | undefined,
): Measured | undefined {
  const candidates = probes.flatMap((probe) => {
    const shape = shapeOf(probe.point);
    const alike = shape.model === wanted.model && shape.block === wanted.block && shape.task === wanted.task;
    if (probe.status !== 'ok' || probe.evidence !== 'measured' || !alike) return [];
    const value = read(probe);
    return value === undefined || !(value > 0)
      ? []
      : [{ value, probe, shape, exact: sameBlock(shape, wanted) }];
  });
  const distance = ({ shape, exact }: Measured) =>
    exact
      ? -1
      : Math.abs(Math.log(sizeOf(shape) / sizeOf(wanted))) +
        // Another type is worse than any size: its kernels differ.
        (shape.dtype === wanted.dtype ? 0 : 1e3) +
        (shape.checkpoint === wanted.checkpoint ? 0 : 1) +
        (shape.optimizer === wanted.optimizer ? 0 : 0.5);
  return candidates.toSorted((a, b) => distance(a) - distance(b))[0];
}

export function measuredLiveBytes(probe: Probe): number | undefined {
  const memory = known(probe.memory);
  return memory === undefined ? undefined : known(memory.liveBytes);
}

export function measuredSeconds(probe: Probe): number | undefined {
  return known(probe.time)?.medianSeconds;
}
