import { isUnavailable, type Reading } from '../contract/evidence.js';
import type { Machine } from '../contract/machine.js';
import { machineChecks } from './checks.js';
import { disagreementsBetween, seenGpu, systemSource } from './disagreements.js';
import { type HostOptions, readHost } from './host.js';
import { nvidiaGpus } from './nvidia-gpus.js';
import { readNvml } from './nvml.js';
import { readOtherGpus } from './other-gpus.js';
import type { OwnProcess } from './own-process.js';
import { processIdsAreOurs } from './pid-namespace.js';
import { type ProviderOptions, providerOptions, readProviderFacts } from './providers.js';

/** `cudaLibs` is `--cuda-libs DIR`, `data` is `--data PATH`; `env` and `root` stand in for this process's own. */
export type DetectOptions = ProviderOptions &
  HostOptions & {
    /** The reader of NVML where it was started before. */
    nvmlReader?: Reading<OwnProcess>;
  };

/**
 * Reads this machine: its GPUs, host, providers and first checks. Changes nothing.
 * @throws UsageError where `--cuda-libs` is no folder, or `--data` is not there
 */
export async function detectMachine(options: DetectOptions = {}): Promise<Machine> {
  const { env = process.env, root = '/' } = options;
  const processIds = processIdsAreOurs(root);
  const reading = Promise.all([readNvml(options.nvmlReader), readOtherGpus(root)]).then(([nvml, others]) => {
    const { gpus: nvidia, cudaDoubt } = nvidiaGpus(nvml, { env, root, processIds });
    // NVIDIA adapters that NVML lists are seen by the operating system too.
    const gpus = [...nvidia, ...others.filter(({ vendor }) => vendor !== 'nvidia' || nvidia.length === 0)];
    return { nvml, others, nvidia, cudaDoubt, gpus };
  });
  const [{ nvml, others, nvidia, cudaDoubt, gpus }, host, facts] = await Promise.all([
    reading,
    readHost(options),
    readProviderFacts(
      reading.then((read) => read.gpus),
      options,
    ),
  ]);
  const system = systemSource(others, host.surroundings);
  const disagreements =
    isUnavailable(nvml) || system === undefined
      ? []
      : disagreementsBetween({ name: 'NVML', gpus: nvidia.map(seenGpu) }, system);
  const checks = machineChecks({
    gpus,
    host,
    nvmlReason: isUnavailable(nvml) ? nvml.unavailable : '',
    cudaDoubt,
    containerNote: nvidia.length > 0 && isUnavailable(processIds) ? processIds.unavailable : '',
    disagreements,
    rates: [],
  });
  return { gpus, host, providers: providerOptions(facts), checks, disagreements, rates: [] };
}
