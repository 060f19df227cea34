import type { Asked } from './decide-input.js';
import { hostRoom } from './host-findings.js';
import { failedAlready } from './probe-findings.js';
import type { Limits } from './search/evaluator.js';

/** What settings of this run must keep to, where a GPU gives it so many bytes. */
export function limitsOf(input: Asked, gpuBytes: number): Limits {
  return {
    gpuBytes,
    hostBytes: hostRoom(input) ?? Number.POSITIVE_INFINITY,
    failed: failedAlready(input),
  };
}
