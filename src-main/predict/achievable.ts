import { unavailable } from '../contract/evidence.js';
import type { Gpu, Rate } from '../contract/machine.js';
import { type GpuSpec, knownGpu } from './gpus.js';

type Figure = readonly [value: number, source: string];

const p2pTest = "NVIDIA's p2pBandwidthLatencyTest, a GPU with itself";
/** Bytes a second read and written, of large copies within a GPU. */
const deviceCopy: Readonly<Record<string, Figure>> = {
  H100: [2.5e12, `${p2pTest}: 2,475–2,515 GB/s (github.com/NVIDIA/nccl issue 1264)`],
  'A100-80GB': [1.5e12, `${p2pTest}: 1,500 GB/s (github.com/NVIDIA/cuda-samples issue 311)`],
  'A100-40GB': [1.355e12, 'memory copy: 1,355 GB/s (github.com/PTsolvers/gpu-workshop-JuliaCon23 issue 7)'],
  'V100-16GB': [0.75e12, `${p2pTest}: 750 GB/s (github.com/ginkgo-project/ginkgo issue 164)`],
  'RTX 4090': [0.918e12, `${p2pTest}: 918–924 GB/s (github.com/tinygrad/open-gpu-kernel-modules issue 6)`],
  'RTX 3090': [0.838e12, `${p2pTest}: 838 GB/s (github.com/NVIDIA/nccl issue 1127)`],
};

/** Bytes a second in one direction over a ×16 slot, from and to pinned memory, by what the card's slot has in theory. */
const pinned: Readonly<Record<number, Figure>> = {
  16e9: [12e9, 'PCIe 3.0 ×16: 12 GB/s into a V100 (github.com/ZaidQureshi/bam issue 54)'],
  32e9: [25e9, 'PCIe 4.0 ×16: 25.1 GB/s on A100, 24–27 on RTX 4090 (github.com/NVIDIA/nvbandwidth 42, 15)'],
  64e9: [55e9, 'PCIe 5.0 ×16: 55.4 and 55.1 GB/s on H200 (stas00/ml-engineering, network)'],
};
/** Eight lanes, or NVLink to a host of NVIDIA's own. */
const otherSlots = ['RTX 4060 Ti 16GB', 'RTX 4060 Ti 8GB', 'GH200', 'GB200'];

/** Bytes a second in one direction over NVLink. */
const peerCopy: Readonly<Record<string, Figure>> = {
  H100: [371e9, "NVIDIA's p2pBandwidthLatencyTest: 371–377 GB/s (github.com/NVIDIA/nccl issue 1264)"],
  H200: [396e9, 'nvbandwidth: 396 GB/s (stas00/ml-engineering, network)'],
};

/** Bus bandwidth in bytes a second of 256 MiB over the eight GPUs of a node; larger payloads reach more. */
const allReduce: Readonly<Record<string, Figure>> = {
  B200: [646e9, 'all_reduce_bench on 8 × B200 at 256 MiB (stas00/ml-engineering, network)'],
  H200: [436e9, 'all_reduce_bench on 8 × H200 at 256 MiB (stas00/ml-engineering, network)'],
  H100: [437e9, 'nccl-tests on 8 × H100 at 256 MiB (github.com/NVIDIA/nccl-tests issue 212)'],
  'A100-80GB': [194e9, 'nccl-tests on 8 × A100 at 256 MiB (stas00/ml-engineering, network)'],
};

const squares = 'square matrices up to 10,240 in PyTorch (github.com/zzc0721/torch-performance-test-data)';
const mamf = 'the best of many shapes in PyTorch (stas00/ml-engineering, Maximum Achievable Matmul FLOPS)';
/** FLOP/s in bf16, and in fp16 of cards without; the lowest where several were published. */
const matrixProduct: Readonly<Record<string, Figure>> = {
  GB200: [1822e12, mamf],
  B200: [1696e12, squares],
  H200: [790e12, squares],
  H100: [783e12, squares],
  'H100-PCIe': [495e12, squares],
  H20: [141e12, squares],
  L40S: [269e12, squares],
  L20: [114e12, squares],
  L4: [70e12, squares],
  'A100-80GB': [264e12, squares],
  'A100-PCIe-80GB': [252e12, mamf],
  'A100-40GB': [234e12, squares],
  A800: [266e12, squares],
  'V100-32GB': [88e12, squares],
  'V100-16GB': [94e12, squares],
  T4: [41e12, squares],
  'RTX PRO 6000': [409e12, squares],
  'RTX 5090': [221e12, squares],
  'RTX 4090': [160e12, squares],
  'RTX A6000': [123e12, squares],
  'RTX 3090': [76e12, squares],
};

/**
 * What such a GPU is known to achieve of a rate: a measurement that others published, never the datasheet's peak.
 *
 * @param ranks GPUs that take part in an all-reduce; its figures are of eight
 */
export function achievable(id: Rate['id'], { name }: Pick<Gpu, 'name'>, ranks: number): Rate['achievable'] {
  const spec = knownGpu(name);
  if (spec === undefined) return unavailable(`the catalogue has no ${name}`);
  if (id.endsWith('pageable')) return unavailable("it depends on the host's processor more than on the GPU");
  if (id === 'all-reduce' && ranks !== 8)
    return unavailable(`figures are of eight GPUs, and ${ranks} take part here`);
  const figure = figureOf(id, spec);
  if (figure === undefined) return unavailable(`no measurement of a ${spec.name} was found to cite`);
  return { value: figure[0], source: figure[1] };
}

function figureOf(id: Rate['id'], spec: GpuSpec): Figure | undefined {
  switch (id) {
    case 'device-copy':
      return deviceCopy[spec.name];
    case 'peer-copy':
      return peerCopy[spec.name];
    case 'all-reduce':
      return allReduce[spec.name];
    case 'matrix-product':
      return matrixProduct[spec.name];
    default:
      return otherSlots.includes(spec.name) ? undefined : pinned[spec.pcieBandwidth];
  }
}
