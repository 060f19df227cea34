import { isUnavailable } from '../../src-main/contract/evidence.js';
import type { UpstreamRehearsal } from '../../src-main/contract/rehearsal.js';
import type { Target } from '../../src-main/contract/target.js';
import { checkoutAt } from '../../src-main/rehearse/upstream/checkout.js';
import { openUpstream } from '../../src-main/rehearse/upstream/open-upstream.js';
import { pythonAt } from '../../src-main/rehearse/upstream/python.js';
import { rehearseUpstream } from '../../src-main/rehearse/upstream/rehearse-upstream.js';
import { draftFor } from '../../src-main/report/opensora-config/index.js';
import { rehearsalConfig } from '../../src-main/report/opensora-config/rehearsal-config.js';
import { targetV12 } from '../fixtures/targets.js';

export interface StandInAsked {
  target?: Partial<Target>;
  patience?: { start: number; step: number };
  signal?: AbortSignal;
  onStep?: (step: number) => void;
  /** Whether the config names weights, of which the stand-in reads none. */
  weights?: boolean;
  /** Whether the environment is not looked at first: Debian's PyTorch is too old, and sees no GPU. */
  unseen?: boolean;
}

/**
 * A rehearsal in the stand-in for Open-Sora, with the real config, the real launch and the real end.
 * @throws Error with the reason where nothing was launched
 */
export async function rehearseStandIn(
  asked: { checkout: string; python: string },
  more: StandInAsked = {},
): Promise<UpstreamRehearsal> {
  const signal = more.signal ?? new AbortController().signal;
  const target = { ...targetV12(), gpuCount: 2, ...more.target };
  const upstream = more.unseen
    ? { checkout: checkoutAt(asked.checkout, target.model), python: pythonAt(asked.python) }
    : await openUpstream(asked, target, signal);
  const draft = draftFor({ target, verdict: { reasons: [] } } as never, target);
  const { vae, text_encoder, ...others } = draft.values;
  // That v1.2 accumulates nothing is not the stand-in's subject.
  const values = { ...(more.weights ? draft.values : others), accumulation_steps: target.accumulation };
  const found = await rehearseUpstream(
    upstream,
    {
      target,
      bucket: '144p, 51 frames',
      config: (places) => rehearsalConfig({ ...draft, values }, places),
      deviceEnv: { CUDA_VISIBLE_DEVICES: 'GPU-a,GPU-b' },
      expectedPeakBytes: 1 << 30,
      patience: more.patience ?? { start: 60, step: 60 },
    },
    { signal, onStep: more.onStep ?? (() => {}) },
  );
  if (isUnavailable(found)) throw new Error(found.unavailable);
  return found;
}
