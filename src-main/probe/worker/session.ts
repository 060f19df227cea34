import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import type { ExternalData } from '../../../models/graph/external-data.js';
import type { Provider } from '../messages.js';
import { makeProfileFolder, readLongestProfile } from '../profile-folder.js';

/** A model and the contents of its external data, both in memory. */
export interface LoadedModel {
  bytes: Uint8Array;
  external: ExternalData[];
}

/**
 * What a session is for. The CPU provider's prepacking holds second copies of the weights: it is on where time
 * is measured, as users have it, and off where memory is. Ballast is held and measures nothing.
 */
type Purpose =
  | { measures: 'time' }
  | { measures: 'memory' | 'rehearsal'; profileFilePrefix: string }
  | { measures: 'nothing' };

/**
 * Options under which every probe runs. Optimisation is off: the graph is run as it is written, so that
 * recomputation is not merged away and memory is that of the graph (models/graph/schedule.ts). No memory
 * pattern: it would plan a second block beside the first run's.
 */
function sessionOptions(
  provider: Provider,
  model: LoadedModel,
  purpose: Purpose,
  strict: boolean,
): ort.InferenceSession.SessionOptions {
  const profiled = 'profileFilePrefix' in purpose;
  // Weights that the arena holds are rounded up with it: a probe subtracts them, a rehearsal must have room for them.
  const exact = purpose.measures === 'rehearsal' || purpose.measures === 'nothing';
  return {
    // The worker's environment shows CUDA the one GPU that is measured, as its first.
    executionProviders: [provider === 'cuda' ? { name: 'cuda', deviceId: 0 } : provider],
    graphOptimizationLevel: 'disabled',
    enableMemPattern: false,
    logSeverityLevel: 3,
    externalData: model.external,
    extra: {
      session: {
        ...(purpose.measures !== 'time' && { disable_prepacking: '1' }),
        ...(exact && { use_device_allocator_for_initializers: '1' }),
        ...(strict && { disable_cpu_ep_fallback: '1' }),
      },
    },
    ...(profiled && { enableProfiling: true, profileFilePrefix: purpose.profileFilePrefix }),
  };
}

/**
 * Creates a session on the provider asked for. Nodes that it cannot run are refused first, and where there are
 * some the session is made with them on the CPU: the profile then names them.
 *
 * @throws Error as ONNX Runtime does
 */
export async function createSession(
  provider: Provider,
  model: LoadedModel,
  purpose: Purpose,
): Promise<ort.InferenceSession> {
  const create = (strict: boolean) =>
    ort.InferenceSession.create(model.bytes, sessionOptions(provider, model, purpose, strict));
  if (provider === 'cpu') return create(false);
  try {
    return await create(true);
  } catch (error) {
    if (!/fallback to CPU EP has been explicitly disabled/i.test(String(error))) throw error;
    return create(false);
  }
}

/** Runs a profiled session and returns the profile's JSON; nothing is left on the disk. */
export async function profiledRuns(provider: Provider, model: LoadedModel, runs: number): Promise<string> {
  const folder = await makeProfileFolder();
  try {
    const purpose = { measures: 'memory', profileFilePrefix: join(folder, 'run') } as const;
    const session = await createSession(provider, model, purpose);
    for (let run = 0; run < runs; run++) await session.run({});
    session.endProfiling();
    await session.release();
    return await readLongestProfile(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
