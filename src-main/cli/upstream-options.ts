import type { Command } from 'commander';
import type { Target } from '../contract/target.js';
import { UsageError } from '../contract/usage-error.js';
import { openUpstream } from '../rehearse/upstream/open-upstream.js';
import type { Upstream } from '../rehearse/upstream/python.js';

/** What `--upstream` and `--python` give. */
export interface UpstreamFlags {
  upstream?: string;
  python?: string;
}

/** Sooner a refusal stays a single line. */
const quietMs = 1000;

/** Options of a rehearsal in Open-Sora's own code. */
export function withUpstream(command: Command): Command {
  return command
    .option('--upstream <dir>', "rehearse in Open-Sora's own code too: its checkout (implies --rehearse)")
    .option('--python <env>', 'the Python environment that the checkout trains in');
}

/**
 * The checkout and environment that were named, looked at; undefined where none was.
 * @param say told where that takes a while
 * @throws UsageError
 */
export async function upstreamOf(
  { upstream, python }: UpstreamFlags,
  target: Target,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<Upstream | undefined> {
  if (upstream === undefined && python === undefined) return undefined;
  if (python === undefined)
    throw new UsageError(
      '--upstream needs --python too: the environment that Open-Sora trains in, such as ~/envs/opensora',
    );
  if (upstream === undefined)
    throw new UsageError('--python needs --upstream too: the checkout of Open-Sora, such as ~/Open-Sora');
  const slow = setTimeout(say, quietMs, "loading PyTorch and Open-Sora in --python's environment");
  try {
    return await openUpstream({ checkout: upstream, python }, target, signal);
  } finally {
    clearTimeout(slow);
  }
}
