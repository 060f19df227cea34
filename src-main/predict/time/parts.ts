import type { Evidence } from '../../contract/evidence.js';
import type { Taught } from '../../contract/lesson.js';
import type { TimePart } from '../../contract/report.js';
import { taughtNote } from '../lessons.js';

/** What a step is made of, in the order in which it is shown. */
export const stepPartIds = [
  'forward',
  'recompute',
  'backward',
  'exchange',
  'offload',
  'text',
  'encode',
  'gradients',
  'update',
  'ema',
  'data',
] as const;
export type StepPartId = (typeof stepPartIds)[number];

/** Those that the blocks make, which a probe may have measured. */
export const ofBlocks: ReadonlySet<StepPartId> = new Set(['forward', 'recompute', 'backward']);

/** Names and notes for a person; the sources stand where the seconds are worked out. */
const words: Record<StepPartId, [name: string, note: string]> = {
  forward: [
    'Forward',
    'all blocks: linear layers, attention, and the kernels between them by the bytes they move',
  ],
  recompute: ['Recomputation', 'one more forward of each checkpointed block'],
  backward: ['Backward', 'all blocks'],
  exchange: [
    'Exchange within groups',
    "tensor parallelism's all-reduces, or sequence parallelism's all-to-all or ring, as far as it is waited for; over nodes by --inter-node-gbps, else 100 Gbit/s a GPU",
  ],
  offload: ['Checkpoints to the host and back', 'over PCIe, which hides behind nothing upstream'],
  text: ['Text encoding', 'T5 over prompts padded to the text length'],
  encode: ['VAE encoding', "the VAE's convolutions over all frames"],
  gradients: [
    'Gradients and weights between GPUs',
    'ZeRO: gradients as far as they outlast the backward, with their last bucket, and the gathering of the new weights; over nodes by --inter-node-gbps, else 100 Gbit/s a GPU',
  ],
  update: ["Optimiser's step", "this GPU's shard of weights, gradients and moments through its memory"],
  ema: ['EMA', "this GPU's shard through its memory"],
  data: [
    'Waiting for data',
    'taken as 100 frames a second and worker, and only what exceeds the rest, since workers prefetch',
  ],
};

/**
 * The parts that take any time.
 *
 * @param taught what rehearsals changed of them: in ONNX Runtime of the blocks', in Open-Sora of all
 */
export function stepParts(
  seconds: Record<StepPartId, number>,
  evidence: Extract<Evidence, 'measured' | 'modelled'>,
  taught: Taught | undefined,
): TimePart[] {
  const changed = (id: StepPartId) =>
    taught !== undefined && (taught.rehearsedIn === 'open-sora' || ofBlocks.has(id));
  return stepPartIds
    .filter((id) => seconds[id] > 0)
    .map((id) => ({
      id,
      name: words[id][0],
      per: 'step',
      seconds: seconds[id],
      evidence: ofBlocks.has(id) ? evidence : 'modelled',
      note: changed(id) ? `${words[id][1]}; ${taughtNote(taught!)}` : words[id][1],
    }));
}

/** What inference does once for a batch of videos. Seconds. */
export interface RunSeconds {
  text: number;
  decode: number;
  start: number;
}

export function runParts({ text, decode, start }: RunSeconds): TimePart[] {
  const part = (id: string, name: string, seconds: number, note: string): TimePart => ({
    id,
    name,
    per: 'run',
    seconds,
    evidence: 'modelled',
    note,
  });
  return [
    part('start', 'First kernels', start, 'CUDA loads each kernel when it is first used; an assumption'),
    part('text', 'Text encoding', text, words.text[1]),
    part('decode', 'VAE decoding', decode, "the VAE's convolutions over all frames, overlapping tiles twice"),
  ];
}
