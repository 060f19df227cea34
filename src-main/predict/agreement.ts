import { modelVersion } from '../../models/catalog/index.js';
import type { Probe } from '../contract/probe.js';
import type { Agreement } from '../contract/report.js';
import { type Analyse, shapeOf, sizeOf } from './analyser.js';
import { measuredLiveBytes, measuredSeconds } from './nearest-probe.js';
import type { Speed } from './time/block-time.js';
import { rooflineBlock } from './time/roofline.js';

/**
 * Blocks whose figures were predicted without a measurement and measured too: of each kind of probe the largest that ran.
 * Live bytes come from the graph, seconds from the datasheet of the GPU that was measured, where it is known; AdamW and
 * recomputation are in no datasheet's block.
 */
export function agreementOf(probes: readonly Probe[], analyse: Analyse, speed: Speed): Agreement[] {
  const gpu = speed.of === 'measured-device' ? speed.gpu : undefined;
  return largestOfEach(probes).flatMap((probe): Agreement[] => {
    const { point } = probe;
    const shape = shapeOf(point);
    const live = measuredLiveBytes(probe);
    const seconds = measuredSeconds(probe);
    const rows: Agreement[] = [];
    if (live !== undefined)
      rows.push({ point, quantity: 'live-bytes', predicted: analyse(shape).liveBytes, measured: live });
    if (seconds !== undefined && gpu !== undefined && !point.optimizer && !point.checkpoint) {
      const version = modelVersion(point.model, null);
      const whole = { ranks: 1, frozen: false };
      const { forward, backward } = rooflineBlock(version, shape, analyse, gpu, whole);
      rows.push({ point, quantity: 'seconds', predicted: forward + backward, measured: seconds });
    }
    return rows;
  });
}

function largestOfEach(probes: readonly Probe[]): Probe[] {
  const largest = new Map<string, Probe>();
  for (const probe of probes) {
    if (probe.status !== 'ok' || probe.evidence !== 'measured') continue;
    const { block, task, dtype, checkpoint, optimizer } = probe.point;
    const key = [block, task, dtype, checkpoint, optimizer].join(' ');
    const before = largest.get(key);
    if (before === undefined || sizeOf(probe.point) > sizeOf(before.point)) largest.set(key, probe);
  }
  return [...largest.values()];
}
