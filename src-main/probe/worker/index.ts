import { architectureOf } from '../../../models/blocks/architecture.js';
import { buildMatrixProduct } from '../../../models/blocks/matrix-product.js';
import { buildStep } from '../../../models/blocks/step.js';
import { serialise } from '../../../models/graph/serialise.js';
// Types alone: zod would be a third of a worker's start, and the host checks what comes back.
import type { Phase, WorkerMessage, WorkerRequest } from '../messages.js';
import { classify } from './classify.js';
import { answerParent, tellParent } from './process.js';
import { readProfile } from './profile.js';
import { createSession, profiledRuns } from './session.js';
import { type Timed, timeRuns } from './timing.js';

// One probe, one process: this one. ONNX Runtime is loaded nowhere else.

const send = (message: WorkerMessage) => void tellParent(message);

/** Runs `work` and reports how long the phase took. */
async function phase<T>(name: Phase, work: () => T | Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  send({ type: 'phase', phase: name, seconds: (performance.now() - start) / 1000 });
  return result;
}

async function probe(request: WorkerRequest): Promise<WorkerMessage> {
  const { provider, timing } = request;
  const model = await phase('build', () => {
    const step =
      'matrix' in request
        ? buildMatrixProduct(request.matrix)
        : buildStep(architectureOf(request.point.model), request.point);
    const { bytes, makeExternal } = serialise(step.graph, [step.output]);
    return { bytes, external: makeExternal() };
  });
  let time: Timed | null = null;
  if (!timing.once) {
    const session = await phase('load', () => createSession(provider, model, { measures: 'time' }));
    const start = performance.now();
    let warm = 0;
    time = await timeRuns(
      () => session.run({}),
      timing,
      (seconds) => {
        warm = seconds;
        send({ type: 'phase', phase: 'warmup', seconds });
      },
    );
    send({ type: 'phase', phase: 'time', seconds: (performance.now() - start) / 1000 - warm });
    await session.release();
  }
  // A cold first run says little about time by class of operator; of a slow shape there is one run all the same.
  const runs = time && time.medianSeconds < 5 ? 2 : 1;
  const json = await phase('profile', () => profiledRuns(provider, model, runs));
  return { type: 'measured', time, profiled: readProfile(json, provider) };
}

answerParent<WorkerRequest>((request) =>
  probe(request).catch((error: unknown): WorkerMessage => ({ type: 'failed', ...classify(error) })),
);
