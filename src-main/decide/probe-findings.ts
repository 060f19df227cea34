import type { BlockShape } from '../../models/blocks/types.js';
import { modelVersion } from '../../models/catalog/index.js';
import type { Probe } from '../contract/probe.js';
import type { Target } from '../contract/target.js';
import { blockKinds, sameTensors, shapeOf, targetShape } from '../predict/analyser.js';
import { type Asked, judgesThisMachine } from './decide-input.js';
import { type Finding, finding, worst } from './finding.js';

/** What the sweep says: whether it ended, whether the target's own block ran, whether memory ran out. */
export function probeFindings(input: Asked): Finding[] {
  return [sweepFinding(input), ...outOfMemory(input), ...ownShape(input)].filter((found) => found !== null);
}

function sweepFinding({ complete, probes }: Asked): Finding | null {
  if (complete && probes.every(({ status }) => status !== 'cancelled')) return null;
  const text = 'The sweep was cancelled before its end: what was not measured is not judged';
  return finding('sweep', 'not-tested', 'inconclusive', text, 'modelled');
}

/** Whether probes of other settings of the run failed: these cannot be recommended. */
export function failedAlready(input: Asked): (target: Target) => boolean {
  const failures = input.probes.some(({ status }) => status !== 'ok' && status !== 'cancelled');
  if (!failures) return () => false;
  return (target) =>
    worst([...outOfMemory({ ...input, target }), ...ownShape({ ...input, target })]) !== 'go';
}

function outOfMemoryProbes(input: Asked): Probe[] {
  // With sequence parallelism each GPU has its share of the block alone, which the probe does not say.
  if (!judgesThisMachine(input) || input.target.sequenceParallel > 1) return [];
  const shapes = ownShapes(input);
  return input.probes.filter(
    ({ status, provider, point }) =>
      status === 'out-of-memory' &&
      provider === input.deviceUsed &&
      shapes.some((own) => own.dtype === point.dtype && holds(own, shapeOf(point))),
  );
}

/** Whether a shape has all the tensors of a smaller one of the same block. */
function holds(own: BlockShape, smaller: BlockShape): boolean {
  return (
    own.model === smaller.model &&
    own.block === smaller.block &&
    own.task === smaller.task &&
    smaller.depth === 1 &&
    smaller.batch <= own.batch &&
    smaller.latentFrames <= own.latentFrames &&
    smaller.rows * smaller.columns <= own.rows * own.columns
  );
}

function outOfMemory(input: Asked): Finding[] {
  const probe = outOfMemoryProbes(input)[0];
  if (probe === undefined) return [];
  const { block, batch, frames, resolution } = probe.point;
  const text = `One ${block} block alone ran out of memory at ${resolution}, ${frames} frames, batch ${batch}`;
  return [finding('block-out-of-memory', 'fail', 'no-go', text, 'measured', true)];
}

/** One block of each kind at the target's own shape: ran, failed, or was not tried. */
function ownShape(input: Asked): Finding[] {
  if (input.deviceUsed === 'none') return [];
  const states = ownShapes(input).map((own) => {
    const tried = input.probes.filter(
      // A probe that the user cancelled did not fail: its shape was not tried.
      ({ point, evidence, status }) =>
        evidence === 'measured' && status !== 'cancelled' && sameTensors(shapeOf(point), own),
    );
    const ran = tried.some(({ status }) => status === 'ok');
    return { block: own.block, ran, failed: ran ? undefined : tried.find(({ status }) => status !== 'ok') };
  });
  const failed = states.find((state) => state.failed !== undefined);
  if (failed?.failed !== undefined) {
    const { status, cause } = failed.failed;
    const text = `The ${failed.block} block at the run's own shape ended as ${status}${cause === '' ? '' : `: ${cause}`}`;
    const fewerWouldRun = outOfMemoryProbes(input).includes(failed.failed);
    return [finding('target-shape', 'fail', 'inconclusive', text, 'measured', fewerWouldRun)];
  }
  const missing = states.filter(({ ran }) => !ran).map(({ block }) => block);
  if (missing.length === 0) {
    return [finding('target-shape', 'pass', 'go', "Every kind of block ran at the run's own shape")];
  }
  const text = `Not run at the run's own shape, so answered from the graph: ${missing.join(', ')} block`;
  return [finding('target-shape', 'not-tested', 'go', text, 'modelled')];
}

function ownShapes({ target }: Asked): BlockShape[] {
  const version = modelVersion(target.model, target.ae);
  return target.buckets.flatMap((bucket) =>
    blockKinds(version).map(({ kind }) => targetShape(version, target, bucket, kind)),
  );
}
