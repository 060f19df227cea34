import { known } from '../contract/evidence.js';
import type { Gpu } from '../contract/machine.js';
import { knownGpu } from '../predict/gpus.js';
import { gpusOfNode } from '../predict/ranks.js';
import { type Asked, type DecideInput, gpusUsed, judgesThisMachine } from './decide-input.js';
import { type Finding, finding } from './finding.js';

/** What the GPUs that are judged can do; undefined where it is not known. */
export interface Abilities {
  name: string;
  bf16: boolean | undefined;
  flashAttention: boolean | undefined;
}

/** Whether the GPUs are there, and can compute what the run asks of them. */
export function gpuFindings(input: DecideInput): Finding[] {
  const abilities = abilitiesOf(input);
  return [
    ...countFindings(input),
    ...(judgesThisMachine(input) ? unsupported(input) : maker(input)),
    ...newerThanPyTorch(input),
    ...(abilities === undefined ? [] : [...precision(input, abilities), ...flashAttention(input, abilities)]),
  ];
}

function countFindings(input: DecideInput): Finding[] {
  const { target, judgedGpu } = input;
  const needed = gpusOfNode(target);
  if (!judgesThisMachine(input)) {
    if (target.gpuCount === 1) return [];
    const of = judgedGpu?.name ?? 'GPU';
    const text = `${target.gpuCount} × ${of} are taken as given; nothing here says that they are there`;
    return [finding('gpu-count', 'not-tested', 'go', text, 'modelled')];
  }
  const present = gpusUsed(input).length;
  if (present < needed) {
    const asked = input.gpuIndexes === null ? '' : ' of those asked for';
    const text = `The run needs ${needed} GPUs${target.nodes > 1 ? ' on each node' : ''}, and ${present}${asked} can be used here`;
    return [finding('gpu-count', 'fail', 'no-go', text)];
  }
  if (target.nodes === 1) return [];
  const text = `The other ${target.nodes - 1} nodes are taken to be like this one`;
  return [finding('gpu-count', 'not-tested', 'go', text, 'modelled')];
}

function unsupported(input: DecideInput): Finding[] {
  const unable = gpusUsed(input).find(({ runsOpenSora }) => !runsOpenSora.ok);
  if (unable === undefined) return [];
  const text = `Open-Sora does not run on ${unable.name}: ${unable.runsOpenSora.reason}`;
  return [finding('gpu-supported', 'fail', 'no-go', text)];
}

/** Of a card that is named and not here; this machine's own AMD cards are refused by what was detected. */
function maker({ judgedGpu }: DecideInput): Finding[] {
  if (judgedGpu === null || knownGpu(judgedGpu.name)?.vendor !== 'amd') return [];
  const text = `Open-Sora is written for CUDA (ColossalAI, FlashAttention, xformers); whether builds of these for ROCm run it on ${judgedGpu.name} is not known`;
  return [finding('gpu-supported', 'not-tested', 'inconclusive', text, 'published')];
}

/**
 * Cards that came after the PyTorch that upstream pins: 2.2 to 2.4 for CUDA 12.1 (v1.2, v1.3:requirements/requirements-cu121.txt,
 * main:requirements.txt) have kernels up to Hopper; PyTorch 2.7 for CUDA 12.8 was the first with Blackwell's.
 */
function newerThanPyTorch(input: DecideInput): Finding[] {
  const { judgedGpu } = input;
  const name =
    judgedGpu !== null
      ? knownGpu(judgedGpu.name)?.architecture === 'blackwell' && judgedGpu.name
      : gpusUsed(input).find(
          ({ computeCapability }) => Number.parseInt(known(computeCapability) ?? '', 10) >= 10,
        )?.name;
  if (!name) return [];
  const text = `The PyTorch that Open-Sora pins (2.4 or older, for CUDA 12.1) has no kernels for ${name}: put PyTorch 2.7 or later for CUDA 12.8 in its place, with FlashAttention built for it`;
  return [finding('pytorch', 'look', 'go', text, 'published')];
}

/** Of the GPU that is named, or the least able of this machine's that are used; undefined where none is known. */
export function abilitiesOf(input: Asked): Abilities | undefined {
  if (input.judgedGpu !== null) {
    const { name } = input.judgedGpu;
    const spec = knownGpu(name);
    return { name, bf16: spec?.bf16, flashAttention: spec?.flashAttention };
  }
  const gpus = judgesThisMachine(input) ? gpusUsed(input) : [];
  return gpus.map(abilitiesOfGpu).toSorted((a, b) => rank(a) - rank(b))[0];
}

/** Whether settings in bf16 may be looked for: also where nothing is known of the GPU. */
export function computesInBf16(input: Asked): boolean {
  return abilitiesOf(input)?.bf16 !== false;
}

/** NVIDIA's generations from Ampere (compute capability 8) on have both. */
function abilitiesOfGpu(gpu: Gpu): Abilities {
  const capability = known(gpu.computeCapability);
  if (gpu.vendor === 'nvidia' && capability !== undefined) {
    const ampere = Number(capability.split('.')[0]) >= 8;
    return { name: gpu.name, bf16: ampere, flashAttention: ampere };
  }
  const spec = knownGpu(gpu.name);
  return { name: gpu.name, bf16: spec?.bf16, flashAttention: spec?.flashAttention };
}

/** The least able first. */
function rank({ bf16, flashAttention }: Abilities): number {
  return [bf16, flashAttention].reduce(
    (sum, able) => sum + (able === true ? 2 : able === undefined ? 1 : 0),
    0,
  );
}

function precision({ target }: DecideInput, { name, bf16 }: Abilities): Finding[] {
  if (target.dtype !== 'bf16' || bf16 === true) return [];
  if (bf16 === undefined) {
    const text = `Whether ${name} computes in bf16 is not known`;
    return [finding('precision', 'not-tested', 'go', text, 'published')];
  }
  const text = `${name} has no bf16; --dtype fp16 would be what it can`;
  return [finding('precision', 'fail', 'no-go', text, 'published', true)];
}

/** v2.0 has no other attention; v1.x falls back to one that holds its scores (predict/self-attention.ts). */
function flashAttention({ target }: DecideInput, { name, flashAttention: able }: Abilities): Finding[] {
  if (able === true) return [];
  const id = 'flash-attention';
  if (able === undefined) {
    const text = `Whether FlashAttention 2 runs on ${name} is not known`;
    return [finding(id, 'not-tested', 'go', text, 'published')];
  }
  if (target.model === 'v2.0') {
    const text = `v2.0 needs FlashAttention 2, which does not run on ${name}`;
    return [finding(id, 'fail', 'no-go', text, 'published')];
  }
  const without = `FlashAttention 2 does not run on ${name}: the config must say enable_flash_attn=False, and attention holds its scores`;
  // The prediction asks the catalogue, which may not know a card whose compute capability was read.
  if (knownGpu(name)?.flashAttention !== false) {
    const text = `${without}; the prediction took it for one that has it`;
    return [finding(id, 'look', 'inconclusive', text, 'published')];
  }
  return [finding(id, 'look', 'go', `${without}, which is in the memory predicted`, 'published')];
}
