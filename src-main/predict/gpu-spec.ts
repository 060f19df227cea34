import { gibi } from '../contract/format.js';

/** What the catalogue knows of one GPU. Rates are dense (no sparsity) and with fp32 accumulation, as training needs. */
export interface GpuSpec {
  name: string;
  /** Other names that people and drivers give it; compared without case, blanks and vendor words. */
  aliases: readonly string[];
  vendor: 'nvidia' | 'amd';
  /** Memory that the driver reports to a program, in bytes: less than the number on the box. */
  memoryBytes: number;
  /** Bytes a second of its memory. */
  bandwidth: number;
  /** Floating-point operations a second by type; null where the matrix units cannot do it. */
  flops: { bf16: number | null; fp16: number; fp32: number };
  /** Bytes a second to a neighbouring GPU, in one direction: NVLink, Infinity Fabric, or else PCIe. */
  linkBandwidth: number;
  /** GPUs that such a link joins; of a larger group the slowest goes by PCIe. */
  linkedGpus: number;
  /** Bytes a second between the card and the host, in one direction of a ×16 slot of its generation. */
  pcieBandwidth: number;
  /** Board power limit in watts; of a card that is several GPUs to a program, one's share. */
  watts: number;
  /** Whose kernels it runs: how near to its peak they come differs by generation. */
  architecture: Architecture;
  /** Computes in bf16. */
  bf16: boolean;
  /** FlashAttention 2 runs on it (NVIDIA: Ampere and later). */
  flashAttention: boolean;
  /** The datasheet or whitepaper. */
  source: string;
}

/** `turing` stands for Turing and what came before it: no FlashAttention 2, no bf16. */
export type Architecture = 'blackwell' | 'hopper' | 'ada' | 'ampere' | 'turing' | 'amd';

/** One line of a catalogue table. */
export interface GpuRow {
  name: string;
  aliases?: readonly string[];
  /** As the driver reports it. */
  gib: number;
  /** GB/s. */
  memory: number;
  /** TFLOP/s in fp16 on the matrix units. */
  fp16: number;
  /** TFLOP/s in bf16 where that differs from fp16. */
  bf16?: number;
  /** TFLOP/s in fp32 on the ordinary cores. */
  fp32: number;
  /** GB/s in one direction between all GPUs of a server; PCIe of the card's generation where it is left out. */
  link?: number;
  /** GB/s in one direction of an NVLink bridge, which joins two cards. */
  bridge?: number;
  watts: number;
  source: string;
}

/** What the cards of one generation share. */
export interface Generation {
  vendor: GpuSpec['vendor'];
  architecture: Architecture;
  bf16: boolean;
  flashAttention: boolean;
  /** GB/s in one direction of a ×16 slot. */
  pcie: number;
}

export function gpusOf(generation: Generation, rows: readonly GpuRow[]): GpuSpec[] {
  return rows.map((row) => ({
    name: row.name,
    aliases: row.aliases ?? [],
    vendor: generation.vendor,
    memoryBytes: Math.floor(row.gib * gibi),
    bandwidth: row.memory * 1e9,
    flops: {
      bf16: generation.bf16 ? (row.bf16 ?? row.fp16) * 1e12 : null,
      fp16: row.fp16 * 1e12,
      fp32: row.fp32 * 1e12,
    },
    linkBandwidth: (row.link ?? row.bridge ?? generation.pcie) * 1e9,
    linkedGpus: row.bridge === undefined ? Number.POSITIVE_INFINITY : 2,
    pcieBandwidth: generation.pcie * 1e9,
    watts: row.watts,
    architecture: generation.architecture,
    bf16: generation.bf16,
    flashAttention: generation.flashAttention,
    source: row.source,
  }));
}
