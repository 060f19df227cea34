import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { shellWord } from '../../contract/command-line.js';
import { isUnavailable, type Reading, unavailable } from '../../contract/evidence.js';
import type { UpstreamRehearsal } from '../../contract/rehearsal.js';
import type { Target } from '../../contract/target.js';
import { commitOf } from './checkout.js';
import { planData, upstreamSteps } from './data-plan.js';
import { launchRanks, type Patience } from './launch.js';
import { preparedSchema } from './messages.js';
import { outcomeOf } from './outcome.js';
import { askPython, pythonEnvironment, type Upstream } from './python.js';
import { writeScripts } from './scripts.js';

/** Where the config of a rehearsal finds and leaves things. */
export interface ConfigPlaces {
  checkout: string;
  /** For `data_path`. */
  data: string;
  /** For `outputs`. */
  outputs: string;
}

export interface UpstreamStep {
  /** Of one bucket, which all steps are of. */
  target: Target;
  /** Of that bucket, for people. */
  bucket: string;
  /** The exported config for these places. */
  config(places: ConfigPlaces): string;
  /** Variables by which the ranks see their GPUs and no others. */
  deviceEnv: Readonly<Record<string, string>>;
  expectedPeakBytes: number;
  patience: Patience;
}

export interface UpstreamHooks {
  signal: AbortSignal;
  /** Told when it starts, with 0, and of each step. */
  onStep(step: number): void;
}

/** Encoding a video, or writing latents, of the largest bucket takes seconds. */
const prepareSeconds = 600;

/**
 * Runs three training steps of Open-Sora's own code, each rank on a GPU of its own, on synthetic data. What is written
 * lies in a folder that is removed afterwards.
 *
 * @returns what came of it, or why nothing was launched
 */
export async function rehearseUpstream(
  upstream: Upstream,
  step: UpstreamStep,
  hooks: UpstreamHooks,
): Promise<Reading<UpstreamRehearsal>> {
  const { checkout, python } = upstream;
  hooks.onStep(0);
  const folder = await mkdtemp(path.join(tmpdir(), 'preflight-upstream-'));
  const inFolder = (name: string) => path.join(folder, name);
  try {
    await Promise.all(['scripts', 'tmp'].map((name) => mkdir(inFolder(name))));
    const scripts = await writeScripts(inFolder('scripts'));
    const plan = planData(step.target, folder);
    const config = inFolder('config.py');
    const script = path.join(checkout.folder, checkout.script);
    const places = { checkout: checkout.folder, data: plan.dataPath, outputs: inFolder('outputs') };
    await writeFile(config, step.config(places));
    if (plan.table !== '') await writeFile(plan.dataPath, plan.table);
    const { cachedText } = step.target;
    await writeFile(inFolder('plan.json'), JSON.stringify({ config, script, cachedText, ...plan }));
    const prepared = await askPython({
      upstream,
      args: [scripts('prepare.py'), inFolder('plan.json')],
      schema: preparedSchema,
      deadlineSeconds: prepareSeconds,
      signal: hooks.signal,
    });
    if (isUnavailable(prepared))
      return unavailable(`its data and config could not be prepared: ${prepared.unavailable}`);
    if (prepared.missing.length > 0)
      return unavailable(
        `weights are missing, and nothing is downloaded for a rehearsal: ${prepared.missing.join('; ')}`,
      );
    const ranks = step.target.gpuCount;
    const args = ['-m', 'torch.distributed.run', '--standalone', '--nproc_per_node', String(ranks)].concat([
      scripts('rank.py'),
      String(upstreamSteps),
      script,
      config,
    ]);
    const launched = await launchRanks({
      program: python,
      args,
      cwd: checkout.folder,
      env: {
        ...pythonEnvironment(upstream),
        // torchrun leaves folders of its own behind, also where it ends well.
        TMPDIR: inFolder('tmp'),
        ...step.deviceEnv,
      },
      patience: step.patience,
      signal: hooks.signal,
      onStep: hooks.onStep,
    });
    return {
      ...outcomeOf(launched, ranks),
      command: [python, ...args].map(shellWord).join(' '),
      commit: await commitOf(checkout),
      ranks,
      bucket: step.bucket,
      expectedPeakBytes: step.expectedPeakBytes,
    };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
