import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isUnavailable } from '../../contract/evidence.js';
import type { Target } from '../../contract/target.js';
import { UsageError } from '../../contract/usage-error.js';
import { type Checkout, checkoutAt } from './checkout.js';
import { type Look, lookSchema } from './messages.js';
import { askPython, pythonAt, type Upstream } from './python.js';
import { writeScripts } from './scripts.js';

/** What `--upstream` and `--python` name. */
export interface AskedUpstream {
  checkout: string;
  python: string;
}

/** Loaded in this order; the rest of what Open-Sora needs, its own modules load. */
const modules = ['torch', 'colossalai', 'mmengine', 'av', 'opensora'];
/** PyTorch from a cold disk, with ColossalAI, takes a minute. */
const lookSeconds = 180;

/**
 * Looks at the checkout and at the environment, before anything is measured: what cannot run is said at once.
 * @throws UsageError, one line for each thing that may be wrong
 */
export async function openUpstream(
  asked: AskedUpstream,
  { model, task }: Pick<Target, 'model' | 'task'>,
  signal: AbortSignal,
): Promise<Upstream> {
  if (process.platform !== 'linux')
    throw new UsageError('--upstream: Open-Sora trains on Linux alone; leave --upstream and --python out');
  if (task !== 'train')
    throw new UsageError('--upstream runs training steps: say --task train, or leave it out');
  const upstream = { checkout: checkoutAt(asked.checkout, model), python: pythonAt(asked.python) };
  const folder = await mkdtemp(path.join(tmpdir(), 'preflight-look-'));
  try {
    const scripts = await writeScripts(folder);
    const look = await askPython({
      upstream,
      args: [scripts('look.py'), ...modules],
      schema: lookSchema,
      deadlineSeconds: lookSeconds,
      signal,
    });
    // The run ends as cancelled by itself, and nothing of this is started.
    if (signal.aborted) return upstream;
    if (isUnavailable(look)) throw new UsageError(`--python ${asked.python}: ${look.unavailable}`);
    checkLook(look, asked, upstream.checkout);
    return upstream;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function checkLook({ failed, torch, gpus }: Look, asked: AskedUpstream, checkout: Checkout): void {
  const [first] = Object.entries(failed);
  if (first)
    throw new UsageError(
      `--python ${asked.python}: ${first[0]} does not load there (${first[1]}); install what ${checkout.folder} asks for (its README.md, "Installation")`,
    );
  if (Number.parseInt(torch!, 10) < 2)
    throw new UsageError(`--python ${asked.python}: PyTorch ${torch}, and Open-Sora needs 2 or later`);
  if (gpus === 0)
    throw new UsageError(
      `--python ${asked.python}: PyTorch ${torch} sees no GPU; install a build for CUDA that this driver runs, or leave --upstream out`,
    );
}
