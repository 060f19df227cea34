import type { Answer } from './answer.js';
import { bucketLabel } from './contract/bucket-label.js';
import { known, type Reading, unavailable } from './contract/evidence.js';
import type { Gpu } from './contract/machine.js';
import type { RehearsalProgress, UpstreamRehearsal } from './contract/rehearsal.js';
import type { Prediction } from './contract/report.js';
import type { Bucket, Target } from './contract/target.js';
import type { Asked } from './decide/verdict.js';
import { cudaEnvironmentFor } from './machine/cuda-visible.js';
import { predict } from './predict/predict.js';
import { upstreamSteps } from './rehearse/upstream/data-plan.js';
import type { Upstream } from './rehearse/upstream/python.js';
import { rehearseUpstream } from './rehearse/upstream/rehearse-upstream.js';
import { draftFor } from './report/opensora-config/index.js';
import { differsInOpenSora, rehearsalConfig } from './report/opensora-config/rehearsal-config.js';

export interface UpstreamQuestion {
  upstream: Upstream;
  /** What the answer rests on, for the prediction of the recommended settings. */
  asked: Pick<Asked, 'probes' | 'analyse' | 'speed'>;
  answered: Pick<Answer, 'verdict' | 'target'>;
  /** The target with the settings that are rehearsed. */
  settled: Target;
  /** Of NVIDIA's, that the run may use; in the order of `--gpus`. */
  gpus: readonly Gpu[];
}

/** Loading weights from a slow share, building ColossalAI's kernels and compiling the VAE take many minutes. */
const startSeconds = 1800;
/** No step takes less patience, nor more than so many times what was predicted. */
const stepPatience = { leastSeconds: 600, times: 20 };

/**
 * Part of step 7 of the flow: steps of Open-Sora's own code under the exported config, with the settings that were rehearsed
 * and the bucket that needs the most. It runs here and not in the rehearsals' room, since the config is a rendering.
 *
 * @returns what came of it, or why nothing was run
 */
export async function rehearseInOpenSora(
  { upstream, asked, answered, settled, gpus }: UpstreamQuestion,
  hooks: { signal: AbortSignal; onRehearsal(progress: RehearsalProgress): void },
): Promise<Reading<UpstreamRehearsal>> {
  if (hooks.signal.aborted) return unavailable('cancelled before it began');
  const { prediction } = predict(settled, asked.probes, asked.analyse, asked.speed);
  const target = ofLargestBucket(settled, prediction);
  const { gpuCount, nodes } = target;
  if (nodes > 1 || gpuCount > gpus.length)
    return unavailable(
      `the run is spread over ${nodes > 1 ? `${nodes} nodes` : `${gpuCount} GPUs`}, and Open-Sora's own steps need them all: here ${gpus.length === 1 ? 'is 1 GPU' : `are ${gpus.length} GPUs`}`,
    );
  const draft = draftFor(answered, target);
  const other = differsInOpenSora(target, draft);
  if (other !== null) return unavailable(`Open-Sora's own steps would be another run's: ${other}`);
  const expected = known(prediction.secondsPerStep);
  return rehearseUpstream(
    upstream,
    {
      target,
      bucket: bucketLabel(target.buckets[0]!),
      config: (places) => rehearsalConfig(draft, places),
      deviceEnv: environmentFor(gpus.slice(0, gpuCount)),
      expectedPeakBytes: peakWithoutContext(prediction),
      patience: {
        start: startSeconds,
        step: Math.max(stepPatience.leastSeconds, (expected ?? 0) * stepPatience.times),
      },
    },
    {
      signal: hooks.signal,
      onStep: (step) =>
        hooks.onRehearsal({
          attempt: 1,
          stage: 'upstream',
          step,
          steps: upstreamSteps,
          secondsLeft: step === 0 || expected === undefined ? null : (upstreamSteps - step) * expected,
        }),
    },
  );
}

/**
 * The target with nothing but the bucket whose predicted peak is the largest: of several, since loading is the same for
 * all, the one of the most tokens.
 */
function ofLargestBucket(target: Target, { buckets }: Prediction): Target {
  const most = Math.max(...buckets.map(({ peakBytes }) => peakBytes));
  const tokens = ({ batch, latentFrames, spatialTokens }: Bucket) => batch * latentFrames * spatialTokens;
  const [bucket] = target.buckets
    .filter((_, index) => buckets[index]!.peakBytes === most)
    .toSorted((a, b) => tokens(b) - tokens(a));
  return { ...target, buckets: [{ ...bucket!, share: 1 }] };
}

/** Of the bucket that needs the most: `torch.cuda` counts its own allocator, which CUDA's context and NCCL are not in. */
function peakWithoutContext({ phases }: Prediction): number {
  const peaks = phases.map(({ parts }) =>
    parts.filter(({ id }) => id !== 'context').reduce((sum, { bytes }) => sum + bytes, 0),
  );
  return Math.round(Math.max(...peaks));
}

/** For ranks that may use exactly these; as this process has it where one cannot be named. */
function environmentFor(gpus: readonly Gpu[]): Record<string, string> {
  const each = gpus.map((gpu) => cudaEnvironmentFor(gpu)?.CUDA_VISIBLE_DEVICES);
  const [first] = gpus;
  if (first === undefined || each.includes(undefined)) return {};
  return { ...cudaEnvironmentFor(first), CUDA_VISIBLE_DEVICES: each.join(',') };
}
