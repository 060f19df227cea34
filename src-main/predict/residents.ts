import {
  bytesPerElement,
  type Component,
  type Dtype,
  type ModelVersion,
} from '../../models/catalog/types.js';
import { gibi } from '../contract/format.js';
import type { Target } from '../contract/target.js';
import { type RangedPart, rangedPart, spreads } from './parts.js';

/**
 * CUDA context, cuBLAS and cuDNN workspaces, and NCCL's buffers where GPUs talk to each other. The facts (§6) give
 * 1–2 GiB for all of it in training on several GPUs; a process on one GPU has no NCCL.
 */
export const contextBytes = { alone: 1 * gibi, grouped: 1.5 * gibi };
const contextSpread = { low: 0.5, high: 1.4 };

/** The frozen models beside the transformer that stay on the GPU in the target's task: weights alone. Bytes. */
export function residentComponents(version: ModelVersion, target: Target): RangedPart[] {
  const held = version.components.filter(
    ({ id, tasks }) =>
      tasks.includes(target.task) &&
      !(target.cachedText && (id === 'text-encoder' || id === 'clip')) &&
      !(target.cachedVideo && id.startsWith('vae')),
  );
  const parts = [
    part(
      'text-encoder',
      'Text encoder',
      held.filter(({ id }) => id === 'text-encoder'),
      target,
    ),
    part(
      'clip',
      'CLIP text model',
      held.filter(({ id }) => id === 'clip'),
      target,
    ),
    part(
      'vae',
      'VAE',
      held.filter(({ id }) => id.startsWith('vae')),
      target,
    ),
  ];
  return parts.filter(({ bytes }) => bytes > 0);
}

export function contextPart(target: Target): RangedPart {
  const grouped = target.gpuCount > 1;
  return rangedPart(
    'context',
    grouped ? 'CUDA context and NCCL' : 'CUDA context',
    grouped ? contextBytes.grouped : contextBytes.alone,
    'modelled',
    contextSpread,
    grouped ? 'taken as 1.5 GiB of the usual 1–2 GiB' : 'taken as 1 GiB: context and library workspaces',
  );
}

function part(id: string, name: string, components: Component[], target: Target): RangedPart {
  const bytes = components.reduce(
    (sum, component) => sum + component.parameters * bytesPerElement[typeOf(component, target)],
    0,
  );
  const note = components
    .map((component) => `${component.name} in ${typeOf(component, target)} (${component.source})`)
    .join('; ');
  return rangedPart(id, name, bytes, 'published', spreads.published, note);
}

/** The VAE's is the run's own: v1.2:scripts/inference.py `build_module(cfg.vae, MODELS).to(device, dtype)`, main likewise. */
function typeOf({ id, dtype }: Component, target: Target): Dtype {
  return id.startsWith('vae') ? target.dtype : dtype[target.task];
}
