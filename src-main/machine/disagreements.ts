import { known, type Reading, unavailable } from '../contract/evidence.js';
import { formatGiB } from '../contract/format.js';
import type { Disagreement, Gpu, Host } from '../contract/machine.js';

/** An NVIDIA GPU as one source has it. */
export interface SeenGpu {
  pciAddress: Reading<string>;
  name: Reading<string>;
  totalBytes: Reading<number>;
}

/** A source, by the name that people are shown, and the GPUs that it lists. */
export interface GpuSource {
  name: string;
  gpus: readonly SeenGpu[];
}

/** CUDA's total leaves out what the driver keeps, under 2 % of NVML's; more than this is another memory. A judgement. */
const memoryTolerance = 0.05;

/**
 * What two sources that should list the same GPUs say otherwise of them: which there are, their names, their memory.
 * @param which what the two lists are of
 */
export function disagreementsBetween(
  first: GpuSource,
  second: GpuSource,
  which = 'which NVIDIA GPUs there are',
): Disagreement[] {
  const say = (about: string, a: string, b: string): Disagreement => ({
    about,
    sources: { [first.name]: a, [second.name]: b },
  });
  const [listed, other] = [listOf(first.gpus), listOf(second.gpus)];
  const placed = listed.whole && other.whole;
  const differ = placed ? listed.text !== other.text : first.gpus.length !== second.gpus.length;
  return [
    ...(differ ? [say(which, listed.text, other.text)] : []),
    ...pairsOf(first.gpus, second.gpus).flatMap(([a, b]) => {
      const at = `the GPU at ${known(a.pciAddress) ?? known(b.pciAddress) ?? 'an unknown address'}`;
      const [nameA, nameB] = [known(a.name), known(b.name)];
      const [bytesA, bytesB] = [known(a.totalBytes), known(b.totalBytes)];
      const names =
        nameA !== undefined && nameB !== undefined && !sameModel(nameA, nameB)
          ? [say(`the name of ${at}`, nameA, nameB)]
          : [];
      const memories =
        bytesA !== undefined && bytesB !== undefined && !near(bytesA, bytesB)
          ? [say(`the memory of ${at}`, formatGiB(bytesA), formatGiB(bytesB))]
          : [];
      return [...names, ...memories];
    }),
  ];
}

/** How many, and where if that is known of all; sorted, since sources have orders of their own. */
export function listOf(gpus: readonly Pick<SeenGpu, 'pciAddress'>[]): { text: string; whole: boolean } {
  const places = gpus.flatMap(({ pciAddress }) => normalAddress(pciAddress) ?? []).sort();
  const whole = places.length === gpus.length;
  if (gpus.length === 0) return { text: 'none', whole };
  return { text: whole ? `${gpus.length} (${places.join(', ')})` : `${gpus.length}`, whole };
}

function pairsOf(first: readonly SeenGpu[], second: readonly SeenGpu[]): [SeenGpu, SeenGpu][] {
  if (first.length === 1 && second.length === 1 && !bothPlaced(first[0]!, second[0]!))
    return [[first[0]!, second[0]!]];
  return first.flatMap((a): [SeenGpu, SeenGpu][] => {
    const b = second.find((candidate) => bothPlaced(a, candidate) && samePlace(a, candidate));
    return b === undefined ? [] : [[a, b]];
  });
}

const bothPlaced = (a: SeenGpu, b: SeenGpu) =>
  normalAddress(a.pciAddress) !== undefined && normalAddress(b.pciAddress) !== undefined;
const samePlace = (a: SeenGpu, b: SeenGpu) => normalAddress(a.pciAddress) === normalAddress(b.pciAddress);

/** `00000000:1A:00.0` (NVML), `0000:1a:00.0` (Linux, CUDA) and `1a:00.0` (lspci) are one place. */
export function normalAddress(address: Reading<string>): string | undefined {
  const parts = /^(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}:[0-9a-f]{2})\.[0-7]$/i.exec(known(address) ?? '');
  if (!parts) return undefined;
  const domain = Number.parseInt(parts[1] ?? '0', 16);
  return `${domain.toString(16).padStart(4, '0')}:${parts[2]!.toLowerCase()}.0`;
}

/** Makers' prefixes and words of marketing differ between sources; a model's number does not. */
function sameModel(a: string, b: string): boolean {
  const [first, second] = [modelWords(a), modelWords(b)];
  return first.length === 0 || second.length === 0 || first.some((word) => second.includes(word));
}

function modelWords(name: string): string[] {
  return (name.toLowerCase().match(/[a-z0-9]+/g) ?? []).filter(
    (word) => /\d/.test(word) && !/^\d+gb$/.test(word),
  );
}

const near = (a: number, b: number) => Math.abs(a - b) <= memoryTolerance * Math.max(a, b);

/**
 * The operating system's own list of NVIDIA GPUs, where it has one that NVML's can be held against: not in a container,
 * which is given some of the host's GPUs and sees the bus of all; and not where it knows none, as on a Jetson or in WSL,
 * where a GPU is on no bus.
 */
export function systemSource(
  others: readonly Gpu[],
  surroundings: Host['surroundings'],
): GpuSource | undefined {
  if ((known(surroundings) ?? 'none') !== 'none') return undefined;
  const nvidia = others.filter(({ vendor }) => vendor === 'nvidia');
  if (nvidia.length === 0) return undefined;
  if (process.platform !== 'linux')
    return { name: 'systeminformation', gpus: nvidia.map((gpu) => seenGpu(gpu)) };
  // Its names there are those of the chip, and its memory the window on the bus.
  const [name, totalBytes] = [unavailable('not in sysfs'), unavailable('not in sysfs')];
  return {
    name: 'the PCI bus',
    gpus: nvidia.map(({ pciAddress }) => ({ pciAddress, name, totalBytes })),
  };
}

export function seenGpu({ pciAddress, name, memory }: Gpu): SeenGpu {
  return { pciAddress, name, totalBytes: memory.totalBytes };
}
