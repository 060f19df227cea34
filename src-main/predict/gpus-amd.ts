import { type Generation, type GpuSpec, gpusOf } from './gpu-spec.js';

/** FlashAttention 2's ROCm build names MI200 and MI300; what lies outside that is not counted as able. */
const cdna: Generation = { vendor: 'amd', architecture: 'amd', bf16: true, flashAttention: true, pcie: 32 };
const without: Generation = { ...cdna, flashAttention: false };

/** AMD's cards. A MI250 is two GPUs to a program, each with half of the card. */
// biome-ignore format: a table reads better one card a line
export const amdGpus: readonly GpuSpec[] = [
  ...gpusOf(cdna, [
    { name: 'MI325X', aliases: ['MI325X 256GB', 'MI325'], gib: 255.9, memory: 6000, fp16: 1307.4, fp32: 163.4, link: 64, watts: 1000, source: 'AMD Instinct MI325X datasheet' },
    { name: 'MI300X', aliases: ['MI300X 192GB'], gib: 191.5, memory: 5300, fp16: 1307.4, fp32: 163.4, link: 64, watts: 750, source: 'AMD Instinct MI300X datasheet' },
    { name: 'MI300A', aliases: ['MI300A 128GB'], gib: 127.5, memory: 5300, fp16: 980.6, fp32: 122.6, link: 64, watts: 550, source: 'AMD Instinct MI300A datasheet' },
    { name: 'MI250X', aliases: ['MI250X 128GB', 'MI250X die'], gib: 63.9, memory: 1638, fp16: 191.5, fp32: 23.9, link: 50, watts: 280, source: 'AMD Instinct MI250X datasheet (one of two dies)' },
    { name: 'MI250', aliases: ['MI250 128GB', 'MI250 die'], gib: 63.9, memory: 1638, fp16: 181, fp32: 22.6, link: 50, watts: 280, source: 'AMD Instinct MI250 datasheet (one of two dies)' },
    { name: 'MI210', aliases: ['MI210 64GB'], gib: 63.9, memory: 1638, fp16: 181, fp32: 22.6, watts: 300, source: 'AMD Instinct MI210 datasheet' },
  ]),
  ...gpusOf(without, [
    { name: 'MI100', aliases: ['MI100 32GB'], gib: 31.9, memory: 1229, fp16: 184.6, bf16: 92.3, fp32: 23.1, watts: 300, source: 'AMD Instinct MI100 datasheet' },
    { name: 'Radeon PRO W7900', aliases: ['W7900', 'W7900 48GB'], gib: 47.9, memory: 864, fp16: 122.6, fp32: 61.3, watts: 295, source: 'AMD Radeon PRO W7900 datasheet' },
    { name: 'RX 7900 XTX', aliases: ['Radeon RX 7900 XTX', '7900 XTX', 'RX 7900 XTX 24GB'], gib: 23.9, memory: 960, fp16: 122.8, fp32: 61.4, watts: 355, source: 'AMD Radeon RX 7900 XTX specifications' },
  ]),
];
