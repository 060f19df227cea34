import { ada, ampere, blackwell, hopper, older } from './gpu-generations.js';
import { type GpuSpec, gpusOf } from './gpu-spec.js';

const a100 = 'NVIDIA A100 datasheet';
const h100 = 'NVIDIA H100 datasheet';

/** NVIDIA's data-centre cards. Memory as `torch.cuda` reports it, ECC on. */
// biome-ignore format: a table reads better one card a line
export const dataCenterGpus: readonly GpuSpec[] = [
  ...gpusOf(blackwell, [
    { name: 'B200', aliases: ['B200 180GB', 'B200 192GB', 'HGX B200'], gib: 178.3, memory: 7700, fp16: 2250, fp32: 75, link: 900, watts: 1000, source: 'NVIDIA HGX B200 datasheet' },
    { name: 'GB200', aliases: ['GB200 186GB'], gib: 184, memory: 8000, fp16: 2500, fp32: 80, link: 900, watts: 1200, source: 'NVIDIA GB200 NVL72 datasheet' },
  ]),
  ...gpusOf(hopper, [
    { name: 'H200', aliases: ['H200 141GB', 'H200 SXM', 'H200 140GB'], gib: 139.8, memory: 4800, fp16: 989, fp32: 67, link: 450, watts: 700, source: 'NVIDIA H200 datasheet' },
    { name: 'H100', aliases: ['H100 80GB', 'H100 SXM', 'H100 SXM5', 'H100 80GB HBM3', 'H100 SXM5 80GB'], gib: 79.1, memory: 3350, fp16: 989, fp32: 67, link: 450, watts: 700, source: h100 },
    { name: 'H100-PCIe', aliases: ['H100 PCIe 80GB'], gib: 79.1, memory: 2000, fp16: 756, fp32: 51, bridge: 300, watts: 350, source: h100 },
    { name: 'H100-NVL', aliases: ['H100 NVL 94GB'], gib: 93.1, memory: 3900, fp16: 835, fp32: 60, bridge: 300, watts: 400, source: h100 },
    { name: 'H800', aliases: ['H800 80GB', 'H800 SXM', 'H800 SXM5 80GB'], gib: 79.1, memory: 3350, fp16: 989, fp32: 67, link: 200, watts: 700, source: 'NVIDIA H800 datasheet' },
    { name: 'H20', aliases: ['H20 96GB'], gib: 95, memory: 4000, fp16: 148, fp32: 44, link: 450, watts: 400, source: 'NVIDIA H20 datasheet' },
    { name: 'GH200', aliases: ['GH200 96GB', 'GH200 480GB'], gib: 94.5, memory: 4000, fp16: 989, fp32: 67, link: 450, watts: 700, source: 'NVIDIA GH200 datasheet' },
  ]),
  ...gpusOf(ada, [
    { name: 'L40S', aliases: ['L40S 48GB'], gib: 44.3, memory: 864, fp16: 362, fp32: 91.6, watts: 350, source: 'NVIDIA L40S datasheet' },
    { name: 'L40', aliases: ['L40 48GB'], gib: 44.3, memory: 864, fp16: 181, fp32: 90.5, watts: 300, source: 'NVIDIA L40 datasheet' },
    { name: 'L20', aliases: ['L20 48GB'], gib: 44.3, memory: 864, fp16: 119.5, fp32: 59.8, watts: 275, source: 'NVIDIA L20 datasheet' },
    { name: 'L4', aliases: ['L4 24GB'], gib: 22, memory: 300, fp16: 121, fp32: 30.3, watts: 72, source: 'NVIDIA L4 datasheet' },
  ]),
  ...gpusOf(ampere, [
    { name: 'A100-80GB', aliases: ['A100 SXM 80GB', 'A100 SXM4 80GB'], gib: 79.1, memory: 2039, fp16: 312, fp32: 19.5, link: 300, watts: 400, source: a100 },
    { name: 'A100-PCIe-80GB', aliases: ['A100 80GB PCIe'], gib: 79.1, memory: 1935, fp16: 312, fp32: 19.5, bridge: 300, watts: 300, source: a100 },
    { name: 'A100-40GB', aliases: ['A100 SXM 40GB', 'A100 SXM4 40GB', 'A100 PCIe 40GB', 'A100 40GB PCIe'], gib: 39.4, memory: 1555, fp16: 312, fp32: 19.5, link: 300, watts: 400, source: a100 },
    { name: 'A800', aliases: ['A800 80GB', 'A800 SXM4 80GB', 'A800 PCIe 80GB', 'A800 80GB PCIe'], gib: 79.1, memory: 2039, fp16: 312, fp32: 19.5, link: 200, watts: 400, source: 'NVIDIA A800 datasheet' },
    { name: 'A40', aliases: ['A40 48GB'], gib: 44.3, memory: 696, fp16: 149.7, fp32: 37.4, watts: 300, source: 'NVIDIA A40 datasheet' },
    { name: 'A30', aliases: ['A30 24GB'], gib: 23.5, memory: 933, fp16: 165, fp32: 10.3, bridge: 100, watts: 165, source: 'NVIDIA A30 datasheet' },
    { name: 'A10', aliases: ['A10 24GB'], gib: 22, memory: 600, fp16: 125, fp32: 31.2, watts: 150, source: 'NVIDIA A10 datasheet' },
    { name: 'A10G', aliases: ['A10G 24GB'], gib: 22, memory: 600, fp16: 70, fp32: 35, watts: 150, source: 'NVIDIA A10G product brief' },
  ]),
  ...gpusOf(older, [
    { name: 'V100-32GB', aliases: ['V100 SXM2 32GB', 'V100S', 'V100 PCIe 32GB', 'V100S PCIe 32GB'], gib: 31.7, memory: 900, fp16: 125, fp32: 15.7, link: 150, watts: 300, source: 'NVIDIA V100 datasheet' },
    { name: 'V100-16GB', aliases: ['V100 SXM2 16GB', 'V100 PCIe 16GB'], gib: 15.8, memory: 900, fp16: 125, fp32: 15.7, link: 150, watts: 300, source: 'NVIDIA V100 datasheet' },
    { name: 'T4', aliases: ['T4 16GB'], gib: 14.6, memory: 320, fp16: 65, fp32: 8.1, watts: 70, source: 'NVIDIA T4 datasheet' },
    { name: 'P100', aliases: ['P100 16GB', 'P100 PCIe 16GB', 'P100 SXM2 16GB'], gib: 15.9, memory: 732, fp16: 21.2, fp32: 10.6, watts: 300, source: 'NVIDIA P100 datasheet' },
  ]),
];
