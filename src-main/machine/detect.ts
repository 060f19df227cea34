import { isUnavailable, known, type Reading, unavailable } from '../contract/evidence.js';
import type { Machine } from '../contract/machine.js';
import { machineChecks } from './checks.js';
import { cudaDisagreements, readCudaView } from './cuda-source.js';
import { disagreementsBetween, seenGpu, systemSource } from './disagreements.js';
import { type HostOptions, readHost } from './host.js';
import { nvidiaGpus } from './nvidia-gpus.js';
import { readNvml } from './nvml.js';
import { readOtherGpus } from './other-gpus.js';
import type { OwnProcess } from './own-process.js';
import { processIdsAreOurs } from './pid-namespace.js';
import { type ProviderOptions, providerOptions, readProviderFacts } from './providers.js';
import { startReader } from './start-reader.js';

/** `cudaLibs` is `--cuda-libs DIR`, `data` is `--data PATH`; `env` and `root` stand in for this process's own. */
export type DetectOptions = ProviderOptions &
  HostOptions & {
    /** The reader of NVML where it was started before. */
    nvmlReader?: Reading<OwnProcess>;
    /** How long the sources are waited for that NVML is held against, in milliseconds. */
    otherSourcesMs?: number;
  };

/**
 * Reads this machine: its GPUs, host, providers and first checks. Changes nothing.
 * @throws UsageError where `--cuda-libs` is no folder, or `--data` is not there
 */
export async function detectMachine(options: DetectOptions = {}): Promise<Machine> {
  const { env = process.env, root = '/', otherSourcesMs = 1000 } = options;
  const processIds = processIdsAreOurs(root);
  // Only where there is something to hold it against, and beside the rest: its process takes half as long as all of that.
  let cudaReader: Reading<OwnProcess> = unavailable('NVML lists no GPU');
  const nvmlRead = readNvml(options.nvmlReader, () => {
    cudaReader = startReader('cuda-reader');
  });
  const reading = Promise.all([nvmlRead, readOtherGpus(root)]).then(([nvml, others]) => {
    const { gpus: nvidia, cudaDoubt } = nvidiaGpus(nvml, { env, root, processIds });
    // NVIDIA adapters that NVML lists are seen by the operating system too.
    const gpus = [...nvidia, ...others.filter(({ vendor }) => vendor !== 'nvidia' || nvidia.length === 0)];
    return { nvml, others, nvidia, cudaDoubt, gpus };
  });
  const [{ nvml, others, nvidia, cudaDoubt, gpus }, view, host, facts] = await Promise.all([
    reading,
    nvmlRead.then(() => readCudaView(cudaReader, otherSourcesMs)),
    readHost(options),
    readProviderFacts(
      reading.then((read) => read.gpus),
      options,
    ),
  ]);
  const system = systemSource(others, host.surroundings);
  const bySystem =
    isUnavailable(nvml) || system === undefined
      ? []
      : disagreementsBetween({ name: 'NVML', gpus: nvidia.map(seenGpu) }, system);
  const byCuda = cudaDisagreements(nvidia, view, cudaDoubt);
  const disagreements = [...bySystem, ...(known(byCuda) ?? [])];
  const checks = machineChecks({
    gpus,
    host,
    nvmlReason: isUnavailable(nvml) ? nvml.unavailable : '',
    cudaDoubt,
    containerNote: nvidia.length > 0 && isUnavailable(processIds) ? processIds.unavailable : '',
    disagreements,
    uncompared: nvidia.length > 0 && isUnavailable(byCuda) ? byCuda.unavailable : '',
    rates: [],
  });
  return { gpus, host, providers: providerOptions(facts), checks, disagreements, rates: [] };
}
