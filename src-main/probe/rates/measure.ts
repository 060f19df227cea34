import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isUnavailable, known, type Reading, unavailable } from '../../contract/evidence.js';
import type { Gpu, Machine, Rate } from '../../contract/machine.js';
import { libraryPath } from '../device-run.js';
import type { StartWorker } from '../fork-worker.js';
import { matrixType, measureMatrix } from './matrix.js';
import type { RatesRequest } from './messages.js';
import { pairSeconds } from './peers.js';
import { type Candidate, chooseGpus } from './plan.js';
import { type JobEnd, runJob } from './run-job.js';

/** What such a GPU achieves; `ranks` is how many take part in an all-reduce. */
export type Achievable = (id: Rate['id'], gpu: Gpu, ranks: number) => Rate['achievable'];

export interface RatesOptions {
  /** Also GPUs on which others work. */
  force: boolean;
  /** Folders of CUDA's libraries for ONNX Runtime, or why it cannot run on CUDA. */
  cudaFolders: Reading<readonly string[]>;
  achievable: Achievable;
  signal?: AbortSignal;
  /** Told what is measured, before it begins. */
  onStart?(text: string): void;
  /** Starts the worker of the rates; the built one where it is left out. */
  startWorker?: StartWorker;
}

/** Loading ONNX Runtime's CUDA libraries takes most of it; the products themselves some seconds at most. */
const matrixDeadline = 60;
/** For five copies of half a second each, with their memory. */
const copiesDeadline = 8;
/** NCCL sets up channels over all GPUs before it reduces. */
const reduceDeadline = 8;

const copyIds = [
  'device-copy',
  'host-to-device-pageable',
  'host-to-device-pinned',
  'device-to-host-pageable',
  'device-to-host-pinned',
] as const;

/**
 * Measures every rate of the GPUs that CUDA may use here, each job in a process of its own: about 10 s of each GPU, on
 * 1 GiB of it beside what CUDA's libraries keep for themselves. What could not be measured is there with its reason.
 */
export async function measureRates({ gpus }: Pick<Machine, 'gpus'>, options: RatesOptions): Promise<Rate[]> {
  const candidates = chooseGpus(gpus, options.force);
  const rates: Rate[] = [];
  for (const candidate of candidates) rates.push(...(await ratesOfOne(candidate, options)));
  if (candidates.length > 1) rates.push(...(await ratesBetween(candidates, options)));
  return rates;
}

async function ratesOfOne({ gpu, refusal }: Candidate, options: RatesOptions): Promise<Rate[]> {
  const rate = (id: Rate['id'], value: Reading<number>) => rateOf(id, gpu, null, value, options.achievable);
  if (refusal !== null)
    return [...copyIds, 'matrix-product' as const].map((id) => rate(id, unavailable(refusal)));
  options.onStart?.(`measuring GPU ${gpu.index} (${gpu.name}): copies, then matrix products`);
  const end = await job('copies', [gpu], copiesDeadline, options);
  const copies = copyIds.map((id) =>
    rate(
      id,
      find(end, (found) => found.id === id),
    ),
  );
  return [...copies, rate('matrix-product', await matrixRate(gpu, options))];
}

async function matrixRate(gpu: Gpu, { cudaFolders, signal }: RatesOptions): Promise<Reading<number>> {
  if (isUnavailable(cudaFolders)) return cudaFolders;
  const env = environment([gpu], cudaFolders);
  return measureMatrix('cuda', matrixType(gpu), { env, deadlineSeconds: matrixDeadline, signal });
}

async function ratesBetween(candidates: readonly Candidate[], options: RatesOptions): Promise<Rate[]> {
  const chosen = candidates.filter(({ refusal }) => refusal === null).map(({ gpu }) => gpu);
  const alone: JobEnd = { rates: [], cause: 'only one of the GPUs may be measured' };
  if (chosen.length > 1) options.onStart?.(`measuring between ${chosen.length} GPUs`);
  const pairs = chosen.length * (chosen.length - 1);
  const peers =
    chosen.length > 1 ? await job('peers', chosen, copiesDeadline + 2 * pairs * pairSeconds, options) : alone;
  const reduce = chosen.length > 1 ? await job('all-reduce', chosen, reduceDeadline, options) : alone;

  const rates = candidates.flatMap((from) =>
    candidates
      .filter((to) => to !== from)
      .map((to) => {
        const refusal = from.refusal ?? to.refusal;
        const [source, target] = [chosen.indexOf(from.gpu), chosen.indexOf(to.gpu)];
        const value =
          refusal === null
            ? find(peers, ({ gpu, peer }) => gpu === source && peer === target)
            : unavailable(refusal);
        return rateOf('peer-copy', from.gpu, to.gpu, value, options.achievable);
      }),
  );
  const first = chosen[0] ?? candidates[0]!.gpu;
  const all = find(reduce, ({ id }) => id === 'all-reduce');
  return [...rates, rateOf('all-reduce', first, null, all, options.achievable, chosen.length)];
}

function rateOf(
  id: Rate['id'],
  gpu: Gpu,
  peer: Gpu | null,
  value: Reading<number>,
  achievable: Achievable,
  ranks = 1,
): Rate {
  const unit = id === 'matrix-product' ? 'flop/s' : 'bytes/s';
  const alike = peer === null || peer.name === gpu.name;
  return {
    id,
    gpu: gpu.index!,
    peer: peer?.index ?? null,
    unit,
    value,
    achievable: alike ? achievable(id, gpu, ranks) : unavailable('the two GPUs differ'),
  };
}

function find(end: JobEnd, wanted: (rate: JobEnd['rates'][number]) => boolean): Reading<number> {
  return end.rates.find(wanted)?.value ?? unavailable(end.cause || 'the worker did not tell it');
}

function job(
  name: RatesRequest['job'],
  gpus: readonly Gpu[],
  deadlineSeconds: number,
  { cudaFolders, signal, startWorker }: RatesOptions,
): Promise<JobEnd> {
  const env = environment(gpus, known(cudaFolders) ?? []);
  return runJob({ job: name, gpuCount: gpus.length }, { env, deadlineSeconds, signal, startWorker });
}

/** Shows a worker these GPUs alone, in this order, with CUDA's libraries and NCCL, which pip puts beside them. */
function environment(gpus: readonly Gpu[], folders: readonly string[]): Record<string, string> {
  const beside = folders.map((folder) => join(folder, '..', '..', 'nccl', 'lib')).filter(existsSync);
  return {
    ...libraryPath([...folders, ...new Set(beside)]),
    CUDA_VISIBLE_DEVICES: gpus.map(({ uuid }) => known(uuid)).join(),
    CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
  };
}
