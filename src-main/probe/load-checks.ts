import { isUnavailable, known } from '../contract/evidence.js';
import type { Check, Gpu, Machine } from '../contract/machine.js';
import type { Conditions, Probe } from '../contract/probe.js';
import { slowingReasons } from '../contract/slowing-reasons.js';

/** A machine with what its GPU showed under the probes' own load; on other providers nothing is sampled. */
export function withLoadChecks(machine: Machine, probes: readonly Probe[], gpu: Gpu | null): Machine {
  if (gpu === null) return machine;
  return { ...machine, checks: [...machine.checks, ...loadChecks(probes, gpu)] };
}

/** What the GPU that was measured on showed while probes were timed. */
export function loadChecks(probes: readonly Probe[], gpu: Gpu): Check[] {
  const timed = probes.flatMap(({ conditions }) => (isUnavailable(conditions) ? [] : [conditions]));
  return [throttled(timed, gpu), link(timed, gpu)];
}

function throttled(timed: readonly Conditions[], gpu: Gpu): Check {
  const id = 'load-throttle';
  const lists = timed.flatMap(({ throttleReasons }) => known(throttleReasons) ?? []);
  const read = timed.filter(({ throttleReasons }) => !isUnavailable(throttleReasons));
  if (read.length === 0)
    return {
      id,
      status: 'not-tested',
      text: `No probe was timed while ${named(gpu)} was sampled`,
      action: '',
    };
  const power = isUnavailable(gpu.detail) ? undefined : gpu.detail.power;
  const slow = read.filter((one) => slowingReasons(known(one.throttleReasons)!, power).length > 0);
  if (slow.length > 0) {
    const reasons = [...new Set(slow.flatMap((one) => slowingReasons(known(one.throttleReasons)!, power)))];
    const hottest = Math.max(...slow.flatMap(({ gpuCelsius }) => known(gpuCelsius) ?? []));
    const heat = Number.isFinite(hottest) ? `, at up to ${hottest} °C` : '';
    return {
      id,
      status: 'look',
      text: `${named(gpu)} was held down in ${slow.length} of ${read.length} timed probes: ${reasons.join(', ')}${heat}`,
      action: 'Mend the cause and measure again: a whole run gets hotter than a probe, and no faster.',
    };
  }
  const capped = lists.length > 0 ? ', but for its own power limit, as under full load' : '';
  return {
    id,
    status: 'pass',
    text: `Nothing held ${named(gpu)} down in ${read.length} timed probes${capped}`,
    action: '',
  };
}

/** Under load a link is at its full generation, so that a lower one is the slot's or the firmware's. */
function link(timed: readonly Conditions[], gpu: Gpu): Check {
  const id = 'load-pcie';
  const seen = timed.flatMap(({ pcieGeneration }) => known(pcieGeneration) ?? []);
  const most = isUnavailable(gpu.detail) ? undefined : known(gpu.detail.pcie.maxGeneration);
  if (seen.length === 0 || most === undefined)
    return {
      id,
      status: 'not-tested',
      text: `The PCIe link of ${named(gpu)} was not read under load`,
      action: '',
    };
  const text = `PCIe generation ${Math.max(...seen)} of ${most} under load on ${named(gpu)}`;
  if (Math.max(...seen) >= most) return { id, status: 'pass', text, action: '' };
  return { id, status: 'look', text, action: 'Look to the slot, its riser and the setting of the firmware.' };
}

const named = ({ index, name }: Gpu) => (index === null ? name : `GPU ${index}`);
