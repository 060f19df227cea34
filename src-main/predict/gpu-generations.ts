import type { Generation } from './gpu-spec.js';

const modern = { vendor: 'nvidia', bf16: true, flashAttention: true } as const;

export const blackwell: Generation = { ...modern, architecture: 'blackwell', pcie: 64 };
export const hopper: Generation = { ...modern, architecture: 'hopper', pcie: 64 };
export const ada: Generation = { ...modern, architecture: 'ada', pcie: 32 };
export const ampere: Generation = { ...modern, architecture: 'ampere', pcie: 32 };
/** Turing and what came before it. */
export const older: Generation = {
  vendor: 'nvidia',
  architecture: 'turing',
  bf16: false,
  flashAttention: false,
  pcie: 16,
};
