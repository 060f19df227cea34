import type { StepMemory } from '../../models/blocks/step-memory.js';
import type { PlannedBlock } from '../../models/blocks/types.js';
import { formatGiB } from '../contract/format.js';
import type { HeldPart } from '../contract/rehearsal.js';
import type { Part } from '../contract/report.js';
import { contextBytes } from '../predict/residents.js';

/** What PyTorch's kernels hold that are not fused: what the graph's own arithmetic stands for before anything else. */
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
 * rehearsal should take.
 *
 * At the peak of the steps as much is held as is predicted: what of a part the graph has not is ballast. What the graph holds
 * beyond that, by rules that are not fused as PyTorch's kernels are, is no need of the run's, and so stands for as
 * much of the ballast. Only where that is more than all ballast the rehearsal takes more than is predicted.
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
  const parts = predicted.flatMap((part): HeldPart[] => {
    const own = states[part.id];
    if (own !== undefined) return splitState(part, own);
    const alive = live[part.id];
    if (alive !== undefined) {
      const note = `as this graph has it at its peak; predicted of PyTorch are ${formatGiB(part.bytes)}`;
      return [heldPart(part, alive, 'run', note)];
    }
    if (part.id !== 'context' || provider !== 'cuda')
      return [heldPart(part, part.bytes, 'ballast', part.note)];
    const note = `${part.note}; the rehearsal's own context stands for ${formatGiB(contextBytes.alone)} of it`;
    return [heldPart(part, Math.max(0, part.bytes - contextBytes.alone), 'ballast', note)];
  });
  const predictedLive = predicted.reduce((sum, { id, bytes }) => sum + (id in live ? bytes : 0), 0);
  const beyond = memory.live.bytes - predictedLive;
  return [...lessStoodFor(parts, beyond), ...besidePrediction(memory, -beyond)];
}

/** The same with so many bytes less of ballast. */
function lessStoodFor(parts: readonly HeldPart[], bytes: number): HeldPart[] {
  const ballast = parts.filter(({ how }) => how === 'ballast');
  const unfused = ballast.filter(({ id }) => unfusedIds.includes(id));
  const stoodFor = new Map<HeldPart, number>();
  let left = Math.max(0, bytes);
  for (const part of new Set([...unfused, ...ballast])) {
    stoodFor.set(part, Math.min(left, part.bytes));
    left -= stoodFor.get(part)!;
  }
  return parts.map((part) => {
    const taken = stoodFor.get(part) ?? 0;
    if (taken === 0) return part;
    const note = `${part.note}; the graph's own arithmetic stands for ${formatGiB(taken)} of it`;
    return { ...part, bytes: part.bytes - taken, note };
  });
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
