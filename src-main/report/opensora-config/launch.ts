import { modelVersion } from '../../../models/catalog/index.js';
import type { Target } from '../../contract/target.js';
import type { ConfigDraft } from './config-draft.js';

/**
 * The line that starts the run, with the overrides that its command line really takes: v1.x has a fixed list
 * (v1.2:opensora/utils/config_utils.py), v2.0 pairs of `--key value` (main:opensora/utils/config.py).
 *
 * @param path the config's path in upstream's checkout
 */
export function launchLine(target: Target, path: string): string {
  const isV2 = target.model === 'v2.0';
  const script = isV2
    ? `scripts/diffusion/${target.task === 'train' ? 'train' : 'inference'}.py`
    : `scripts/${target.task === 'train' ? 'train' : 'inference'}.py`;
  const data = isV2 ? '--dataset.data-path DATA.csv' : '--data-path DATA.csv';
  const prompt =
    target.model === 'v1.0'
      ? '--prompt-path PROMPTS.txt'
      : `${isV2 ? '--save-dir samples ' : ''}--prompt "TEXT"`;
  return `torchrun ${processes(target)} ${script} ${path} ${target.task === 'train' ? data : prompt}`;
}

function processes(target: Target): string {
  const perNode = launched(target) / target.nodes;
  if (target.nodes === 1) return `--standalone --nproc_per_node ${perNode}`;
  return `--nnodes ${target.nodes} --node_rank RANK --master_addr FIRST_NODE --master_port 29500 --nproc_per_node ${perNode}`;
}

/** Processes of one launch: v1.x's inference gives every process a part of the same video. */
function launched({ model, task, sequenceParallel, gpuCount, nodes }: Target): number {
  return task === 'infer' && model !== 'v2.0' ? Math.max(sequenceParallel, nodes) : gpuCount;
}

/** What the launch, and nothing in the file, says: sentences for the comments. */
export function launchNotes(target: Target): string[] {
  const { gpuCount, nodes, steps, interNodeGbps } = target;
  const notes: string[] = [];
  const once = launched(target);
  if (nodes > 1) notes.push('Start it on every node, with RANK from 0.');
  if (gpuCount > once)
    notes.push(`That is one of ${gpuCount / once} launches, each on ${once} of the ${gpuCount} GPUs.`);
  if (steps !== null)
    notes.push(`The run has ${steps} optimiser steps: upstream counts epochs, so end it at that step.`);
  if (interNodeGbps !== null) notes.push(`It was judged with ${interNodeGbps} Gbit/s between nodes.`);
  const version = modelVersion(target.model, target.ae);
  for (const { frames, latentFrames, resolution } of target.buckets)
    if (version.latentFrames(frames) !== latentFrames)
      notes.push(
        `${resolution} was judged with ${latentFrames} latent frames, which ${frames} frames do not make.`,
      );
  return notes;
}

/** Flags for `preflight plan --config`: what the file cannot say. */
export function flagsBeside(target: Target, draft: ConfigDraft): ConfigDraft['beside'] {
  const { samplingSteps } = target;
  const { samplingSteps: own, training } = modelVersion(target.model, target.ae);
  // An inference has a plugin for its groups alone.
  const grouped = target.sequenceParallel * target.tensorParallel > 1;
  const usual = grouped && target.model === 'v2.0' ? 'hybrid' : training.plugin;
  return {
    gpuCount: target.gpuCount,
    nodes: target.nodes,
    ...(target.interNodeGbps !== null && { interNodeGbps: target.interNodeGbps }),
    ...(target.steps !== null && { steps: target.steps }),
    ...(target.task === 'infer' && target.plugin !== usual && { plugin: target.plugin }),
    ...(target.task === 'train' && samplingSteps !== own && { samplingSteps }),
    ...draft.beside,
  };
}
