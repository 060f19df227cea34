import { join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { buildStep } from '../../../models/blocks/step.js';
import { serialise } from '../../../models/graph/serialise.js';
import { makeProfileFolder } from '../profile-folder.js';
// Types alone: the host checks what comes back.
import type { RehearsalMessage, RehearsalRequest } from '../rehearsal/messages.js';
import { graphBallast, type HoldBallast } from './ballast.js';
import { classify } from './classify.js';
import { openCudaMemory } from './cuda-ballast.js';
import { raisedMargin } from './margin.js';
import { ownMemory } from './own-memory.js';
import { answerParent, nextWord, tellParent } from './process.js';
import { createSession, type LoadedModel } from './session.js';

// One rehearsal on one device, one process: this one.

const tell = (message: RehearsalMessage) => tellParent(message);
/** On its way before what follows, which may be the end of this process. */
const begin = (stage: Extract<RehearsalMessage, { type: 'stage' }>['stage']) =>
  tell({ type: 'stage', stage });

async function rehearse({ provider, job, onHost, marginBytes }: RehearsalRequest): Promise<RehearsalMessage> {
  await begin('prepare');
  // Before the graph is built: what that leaves behind may be collected later, and then less would be held than was meant.
  const own = onHost ? (ownMemory()?.resident ?? 0) : 0;
  const model = prepare(job);

  await begin('ballast');
  const cuda = provider === 'cuda' ? openCudaMemory() : null;
  const freeBefore = cuda?.freeBytes() ?? 0;
  const hold: HoldBallast = cuda?.hold ?? graphBallast(provider);
  await hold(Math.max(0, job.ballastBytes - own));

  await begin('load');
  const folder = await makeProfileFolder();
  const purpose = { measures: 'rehearsal', profileFilePrefix: join(folder, 'step') } as const;
  const session = await createSession(provider, model, purpose);

  await begin('first-step');
  const step = stepper(session);
  await tell({ type: 'step', seconds: await step() });
  session.endProfiling();
  await tell({ type: 'profiled', folder });

  await begin('steps');
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  for (
    let done = 1;
    done < job.limits.least || (done < job.limits.most && elapsed() < job.limits.seconds);
    done++
  )
    await tell({ type: 'step', seconds: await step() });

  await begin('other-phases');
  const heldNow = () => {
    if (cuda) return freeBefore - cuda.freeBytes();
    return onHost ? (ownMemory()?.resident ?? job.expectedPeakBytes) : job.expectedPeakBytes;
  };
  for (const { bytes } of job.otherPhases) {
    const raised = await hold(Math.max(0, bytes - heldNow()));
    await raised.release();
  }
  const residentPeakBytes = ownMemory()?.highest ?? null;

  if (cuda === null || marginBytes === null) return { type: 'held', marginBytes: null, residentPeakBytes };
  const sampled = nextWord();
  await begin('margin');
  await sampled;
  const margin = await raisedMargin(cuda, marginBytes, step);
  return { type: 'held', marginBytes: margin, residentPeakBytes };
}

/** Builds the graph and lets go of all but its bytes. */
function prepare({ architecture, step }: RehearsalRequest['job']): LoadedModel {
  const { graph, output } = buildStep(architecture, step);
  const { bytes, makeExternal } = serialise(graph, [output]);
  return { bytes, external: makeExternal() };
}

function stepper(session: InferenceSession): () => Promise<number> {
  return async () => {
    const start = performance.now();
    await session.run({});
    return (performance.now() - start) / 1000;
  };
}

/** What an allocator was asked for in vain: ONNX Runtime's arena names it. Bytes. */
function wantedIn(text: string): number | null {
  const wanted = /requested buffer of size (\d+)/.exec(text)?.[1];
  return wanted === undefined ? null : Number(wanted);
}

answerParent<RehearsalRequest>((request) =>
  rehearse(request).catch((error: unknown): RehearsalMessage => {
    return { type: 'failed', ...classify(error), wantedBytes: wantedIn(String(error)) };
  }),
);
