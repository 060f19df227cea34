import { buildBallast } from '../../../models/blocks/ballast.js';
import { serialise } from '../../../models/graph/serialise.js';
import type { Provider } from '../messages.js';
import { createSession } from './session.js';

/** Memory of the device that is held until it is released. */
export interface Held {
  bytes: number;
  release(): Promise<void>;
}

/** Takes device memory that no graph uses. @throws Error where it is not there */
export type HoldBallast = (bytes: number) => Promise<Held>;

export const nothingHeld: Held = { bytes: 0, release: async () => {} };

/** Sessions that hold ballast: one that nothing refers to is collected as garbage, and its memory is given back with it. */
const sessions = new Set<{ release(): Promise<void> }>();

/** Ballast as tensors of a graph, through whatever provider there is: a session of its own that is never run. */
export function graphBallast(provider: Provider): HoldBallast {
  return async (bytes) => {
    if (bytes <= 0) return nothingHeld;
    const { graph, output } = buildBallast(bytes);
    const { bytes: model, makeExternal } = serialise(graph, [output]);
    const session = await createSession(
      provider,
      { bytes: model, external: makeExternal() },
      { measures: 'nothing' },
    );
    sessions.add(session);
    return {
      bytes,
      release: async () => {
        sessions.delete(session);
        await session.release();
      },
    };
  };
}
