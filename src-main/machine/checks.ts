import { isUnavailable } from '../contract/evidence.js';
import type { Check, Disagreement, Gpu, GpuDetail, Host, Rate } from '../contract/machine.js';
import { type Judgement, notTested, nvidiaOf, overGpus, passed } from './checks/check.js';
import { eccErrors, remappedRows, retiredPages } from './checks/gpu-faults.js';
import { gpusAlike, nvlink, pcieGeneration, pcieWidth } from './checks/gpu-links.js';
import { cudaDriver, gpuPresent, gpuReachable, gpuVisible } from './checks/gpu-presence.js';
import {
  computeMode,
  confidential,
  display,
  migMode,
  persistence,
  powerLimit,
  virtualization,
} from './checks/gpu-settings.js';
import { temperature, throttling } from './checks/gpu-state.js';
import { gpuBusy, gpuFree } from './checks/gpu-use.js';
import { hostChecks } from './checks/host-checks.js';
import { rateChecks } from './checks/rates.js';
import { sourcesAgree } from './checks/sources.js';

export interface CheckFacts {
  gpus: readonly Gpu[];
  host: Host;
  /** Why NVML gave nothing; empty where it answered. */
  nvmlReason: string;
  /** What is uncertain about CUDA's numbering; empty where nothing is. */
  cudaDoubt: string;
  /** Why the process list cannot be matched; empty where it can. */
  containerNote: string;
  disagreements: readonly Disagreement[];
  /** What NVML could not be held against, and why; empty where there is nothing such. */
  uncompared: string;
  rates: readonly Rate[];
}

/** What is judged of each GPU by what its driver says. docs/health.md has the rules. */
const detailChecks: readonly (readonly [id: string, judge: (detail: GpuDetail) => Judgement])[] = [
  ['gpu-throttle', throttling],
  ['gpu-temperature', temperature],
  ['gpu-power-limit', powerLimit],
  ['gpu-ecc', eccErrors],
  ['gpu-retired-pages', retiredPages],
  ['gpu-remapped-rows', remappedRows],
  ['pcie-width', pcieWidth],
  ['pcie-generation', pcieGeneration],
  ['gpu-persistence', persistence],
  ['gpu-compute-mode', computeMode],
  ['gpu-mig', migMode],
  ['gpu-display', display],
  ['gpu-virtual', virtualization],
  ['gpu-confidential', confidential],
];

/** What is judged of a machine. The ids are stable; what does not apply to it is left out. */
export function machineChecks(facts: CheckFacts): Check[] {
  const { gpus, host } = facts;
  return [
    gpuPresent(gpus, facts.nvmlReason),
    gpuReachable(gpus),
    gpuVisible(gpus, facts.cudaDoubt),
    gpuBusy(gpus),
    gpuFree(gpus),
    ...detailsJudged(nvidiaOf(gpus)),
    nvlink(gpus),
    gpusAlike(gpus),
    cudaDriver(gpus),
    ...hostChecks(host, gpus),
    ...rateChecks(facts.rates, gpus),
    sourcesAgree(facts.disagreements, facts.uncompared),
    container(facts),
  ].filter((check) => check !== null);
}

/** Where no GPU's driver says how it is set and fares, that is one matter that was not tested, not one for each rule. */
function detailsJudged(nvidia: readonly Gpu[]): (Check | null)[] {
  const judged = (id: string, judge: (detail: GpuDetail) => Judgement) =>
    overGpus(id, nvidia, ({ detail }) =>
      isUnavailable(detail)
        ? notTested(`how it is set and fares was not read: ${detail.unavailable}`)
        : judge(detail),
    );
  if (nvidia.every(({ detail }) => isUnavailable(detail))) return [judged('gpu-detail', () => passed(''))];
  return detailChecks.map(([id, judge]) => judged(id, judge));
}

function container({ containerNote }: CheckFacts): Check | null {
  if (containerNote === '') return null;
  const action =
    'To see who holds GPU memory, start the container with --pid=host, or look with nvidia-smi on the host.';
  return { id: 'container', status: 'look', text: containerNote, action };
}
