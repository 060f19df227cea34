import { ada, ampere, blackwell, older } from './gpu-generations.js';
import { type GpuSpec, gpusOf } from './gpu-spec.js';

const ga102 = 'NVIDIA Ampere GA102 whitepaper';
const ad102 = 'NVIDIA Ada GPU architecture whitepaper';
const gb202 = 'NVIDIA RTX Blackwell architecture whitepaper';
const turing = 'NVIDIA Turing GPU architecture whitepaper';

/**
 * NVIDIA's GeForce and workstation cards. GeForce cards halve their matrix rate where they accumulate in fp32,
 * which is the figure here.
 */
// biome-ignore format: a table reads better one card a line
export const workstationGpus: readonly GpuSpec[] = [
  ...gpusOf(blackwell, [
    { name: 'RTX PRO 6000', aliases: ['RTX PRO 6000 Blackwell', 'RTX PRO 6000 96GB', 'RTX PRO 6000 Blackwell Workstation Edition', 'RTX PRO 6000 Blackwell Server Edition'], gib: 94.9, memory: 1792, fp16: 503.8, fp32: 126, watts: 600, source: 'NVIDIA RTX PRO 6000 Blackwell datasheet' },
    { name: 'RTX 5090', aliases: ['RTX 5090 32GB'], gib: 31.3, memory: 1792, fp16: 209.5, fp32: 104.8, watts: 575, source: gb202 },
    { name: 'RTX 5080', aliases: ['RTX 5080 16GB'], gib: 15.5, memory: 960, fp16: 112.6, fp32: 56.3, watts: 360, source: gb202 },
    { name: 'RTX 5070 Ti', aliases: ['RTX 5070 Ti 16GB'], gib: 15.5, memory: 896, fp16: 87.9, fp32: 43.9, watts: 300, source: gb202 },
  ]),
  ...gpusOf(ada, [
    { name: 'RTX 6000 Ada', aliases: ['RTX 6000 Ada Generation', 'RTX 6000 Ada 48GB', '6000 Ada'], gib: 47.4, memory: 960, fp16: 364.2, fp32: 91.1, watts: 300, source: 'NVIDIA RTX 6000 Ada datasheet' },
    { name: 'RTX 4090', aliases: ['RTX 4090 24GB'], gib: 23.5, memory: 1008, fp16: 165.2, fp32: 82.6, watts: 450, source: ad102 },
    { name: 'RTX 4080', aliases: ['RTX 4080 16GB', 'RTX 4080 Super'], gib: 15.6, memory: 717, fp16: 97.5, fp32: 48.7, watts: 320, source: ad102 },
    { name: 'RTX 4070 Ti', aliases: ['RTX 4070 Ti 12GB'], gib: 11.6, memory: 504, fp16: 80.2, fp32: 40.1, watts: 285, source: ad102 },
    { name: 'RTX 4060 Ti 16GB', gib: 15.6, memory: 288, fp16: 44.1, fp32: 22.1, watts: 165, source: ad102 },
    // Drivers name both so: the smaller is the safe answer.
    { name: 'RTX 4060 Ti 8GB', aliases: ['RTX 4060 Ti'], gib: 7.7, memory: 288, fp16: 44.1, fp32: 22.1, watts: 160, source: ad102 },
  ]),
  ...gpusOf(ampere, [
    { name: 'RTX A6000', aliases: ['RTX A6000 48GB'], gib: 47.4, memory: 768, fp16: 154.8, fp32: 38.7, bridge: 56, watts: 300, source: 'NVIDIA RTX A6000 datasheet' },
    { name: 'RTX A5000', aliases: ['RTX A5000 24GB'], gib: 23.6, memory: 768, fp16: 111.1, fp32: 27.8, bridge: 56, watts: 230, source: 'NVIDIA RTX A5000 datasheet' },
    { name: 'RTX A4000', aliases: ['RTX A4000 16GB'], gib: 15.6, memory: 448, fp16: 76.7, fp32: 19.2, watts: 140, source: 'NVIDIA RTX A4000 datasheet' },
    { name: 'RTX 3090 Ti', aliases: ['RTX 3090 Ti 24GB'], gib: 23.6, memory: 1008, fp16: 80, fp32: 40, bridge: 56, watts: 450, source: ga102 },
    { name: 'RTX 3090', aliases: ['RTX 3090 24GB'], gib: 23.6, memory: 936, fp16: 71, fp32: 35.6, bridge: 56, watts: 350, source: ga102 },
    { name: 'RTX 3080 Ti', aliases: ['RTX 3080 Ti 12GB'], gib: 11.7, memory: 912, fp16: 68.2, fp32: 34.1, watts: 350, source: ga102 },
    { name: 'RTX 3080', aliases: ['RTX 3080 10GB'], gib: 9.7, memory: 760, fp16: 59.5, fp32: 29.8, watts: 320, source: ga102 },
    { name: 'RTX 3070', aliases: ['RTX 3070 8GB'], gib: 7.7, memory: 448, fp16: 40.6, fp32: 20.3, watts: 220, source: 'NVIDIA GeForce RTX 3070 specifications' },
    { name: 'RTX 3060', aliases: ['RTX 3060 12GB'], gib: 11.7, memory: 360, fp16: 25.5, fp32: 12.7, watts: 170, source: 'NVIDIA GeForce RTX 3060 specifications' },
  ]),
  ...gpusOf(older, [
    { name: 'Quadro RTX 8000', aliases: ['RTX 8000 48GB'], gib: 47.4, memory: 672, fp16: 130.5, fp32: 16.3, bridge: 50, watts: 295, source: turing },
    { name: 'Titan RTX', aliases: ['Titan RTX 24GB'], gib: 23.6, memory: 672, fp16: 130.5, fp32: 16.3, bridge: 50, watts: 280, source: turing },
    { name: 'RTX 2080 Ti', aliases: ['RTX 2080 Ti 11GB'], gib: 10.7, memory: 616, fp16: 53.8, fp32: 13.4, bridge: 50, watts: 250, source: turing },
    { name: 'RTX 2080', aliases: ['RTX 2080 8GB'], gib: 7.7, memory: 448, fp16: 40.3, fp32: 10.1, bridge: 25, watts: 215, source: turing },
    { name: 'GTX 1080 Ti', aliases: ['GTX 1080 Ti 11GB'], gib: 10.9, memory: 484, fp16: 0.18, fp32: 11.3, watts: 250, source: 'NVIDIA GeForce GTX 1080 Ti specifications' },
  ]),
];
