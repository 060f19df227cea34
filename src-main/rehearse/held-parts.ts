import type { StepMemory } from '../../models/blocks/step-memory.js';
import type { PlannedBlock } from '../../models/blocks/types.js';
import { formatGiB } from '../contract/format.js';
import type { HeldPart } from '../contract/rehearsal.js';
import type { Part } from '../contract/report.js';
import { contextBytes } from '../predict/residents.js';

/** Predicted parts that stand for tensors of the graph while it runs. */
const liveIds = ['gradients', 'saved-activations', 'checkpoints', 'block-under-way'];

/**
 * Predicted parts for which the graph's own arithmetic may stand in: both are what kernels that are not fused hold at the
 * peak, PyTorch's here and our rules' there.
 */
const unfusedIds = [
  'unfused-norms',
  'attention-scores',
  'masked-modulation',
  'eager-block',
  'sequence-exchange',
  'lora-activations',
];

/**
 * Every part that is predicted for the phase of the steps, as the graph runs it or as ballast; they add up to what the
 * rehearsal should take. What of a part the graph has not is ballast, and so no less is held than is predicted.
 */
export function heldParts(
  predicted: readonly Part[],
  memory: StepMemory,
  blocks: readonly PlannedBlock[],
  provider: string,
): HeldPart[] {
  const states: Record<string, number> = {
    weights: memory.weights,
    'master-weights': memory.masters,
    moments: memory.moments,
  };
  const live = liveParts(memory, blocks);
  const sumOf = (ids: readonly string[]) =>
    predicted.reduce((sum, { id, bytes }) => sum + (ids.includes(id) ? bytes : 0), 0);
  const beyond = memory.live.bytes - sumOf(liveIds);
  let standingIn = Math.max(0, beyond);
  const parts = predicted.flatMap((part): HeldPart[] => {
    const own = states[part.id];
    if (own !== undefined) return splitState(part, own);
    const alive = live[part.id];
    if (alive !== undefined) {
      const note = `as this graph has it at its peak; predicted of PyTorch are ${formatGiB(part.bytes)}`;
      return [heldPart(part, alive, 'run', note)];
    }
    if (part.id === 'context' && provider === 'cuda') {
      const note = `${part.note}; the rehearsal's own context stands for ${formatGiB(contextBytes.alone)} of it`;
      return [heldPart(part, Math.max(0, part.bytes - contextBytes.alone), 'ballast', note)];
    }
    if (!unfusedIds.includes(part.id)) return [heldPart(part, part.bytes, 'ballast', part.note)];
    const taken = Math.min(standingIn, part.bytes);
    standingIn -= taken;
    const note = `${part.note}; the graph's own arithmetic stands for ${formatGiB(taken)} of it`;
    return [heldPart(part, part.bytes - taken, 'ballast', taken === 0 ? part.note : note)];
  });
  return [...parts, ...besidePrediction(memory, -beyond)];
}

/** The live peak by the parts that are predicted of it: what is left beside gradients and what is kept is under way. */
function liveParts({ live }: StepMemory, blocks: readonly PlannedBlock[]): Record<string, number> {
  const kept = (checkpoint: boolean) =>
    live.held.reduce((sum, bytes, index) => sum + (blocks[index]!.checkpoint === checkpoint ? bytes : 0), 0);
  const [saved, checkpoints] = [kept(false), kept(true)];
  return {
    gradients: live.gradients,
    'saved-activations': saved,
    checkpoints,
    'block-under-way': live.bytes - live.gradients - saved - checkpoints,
  };
}

/** Weights or states: those of the blocks are in the graph, those of the rest are ballast. */
function splitState(part: Part, own: number): HeldPart[] {
  const rest = part.bytes - own;
  const run = heldPart(part, own, 'run', 'of the blocks, in the graph');
  if (rest <= 0) return [run];
  const note = 'of what is in no block of the graph';
  return [
    run,
    { ...heldPart(part, rest, 'ballast', note), id: `${part.id}-beside`, name: `${part.name} beside` },
  ];
}

/** What the rehearsal holds and the prediction does not name. */
function besidePrediction({ inputs }: StepMemory, missing: number): HeldPart[] {
  const parts: HeldPart[] = [
    {
      id: 'inputs',
      name: 'Data and tables',
      bytes: inputs,
      how: 'run',
      note: 'what the graph reads beside its weights',
    },
  ];
  if (missing <= 0) return parts;
  const note =
    'gradients and activations that are predicted beyond the live peak of this graph, so that no less is held than predicted';
  return [...parts, { id: 'live-beside', name: 'Beyond this graph', bytes: missing, how: 'ballast', note }];
}

function heldPart({ id, name }: Part, bytes: number, how: HeldPart['how'], note: string): HeldPart {
  return { id, name, bytes: Math.round(bytes), how, note };
}
