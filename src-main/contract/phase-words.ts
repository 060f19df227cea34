import type { PhaseId } from './phase-id.js';

/** Words for a person, to follow "at its most". */
const phaseWords: Record<PhaseId, string> = {
  load: 'while the models load',
  encode: 'while the VAE encodes the videos',
  text: 'while T5 encodes the prompts',
  'first-step': "in the first step's backward",
  backward: 'in the backward',
  step: "at the optimiser's step",
  save: 'while a checkpoint is saved',
  denoise: 'while it denoises',
  decode: 'while the VAE decodes the video',
};

/** A phase in words, such as "while the VAE decodes the video". */
export function phaseWordsOf(phase: PhaseId): string {
  return phaseWords[phase];
}
