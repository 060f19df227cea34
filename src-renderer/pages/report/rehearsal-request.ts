import { optionIn } from '../../../src-main/contract/command-line.js';
import { isUnavailable, known } from '../../../src-main/contract/evidence.js';
import type { KeptReport } from '../../../src-main/contract/kept-report.js';
import type { Gpu, Machine } from '../../../src-main/contract/machine.js';
import { rehearsalLimits } from '../../../src-main/contract/rehearsal.js';
import type { Report } from '../../../src-main/contract/report.js';
import type { AskedRun } from '../../../src-main/contract/run-request.js';
import { deviceSchema } from '../../../src-main/contract/target.js';
import { tool } from '../../../src-main/contract/tool.js';
import { gpusOfNode } from '../../../src-main/predict/ranks.js';

/** Why a report's run cannot be rehearsed from its page. */
export type Hindrance =
  | 'plan'
  | 'cancelled'
  | 'edited'
  | 'redacted'
  | 'version'
  | 'nothing'
  | 'free'
  | 'elsewhere'
  | 'device'
  | 'running';

/** What can be told of a report by itself; null where that leaves nothing to say against it. */
export function hindranceOf(report: Report): Hindrance | null {
  const { device, profile, state, integrity, redacted, recommendation, prediction, rehearsal, verdict } =
    report;
  if (device.used === 'none' || profile === null) return 'plan';
  if (redacted) return 'redacted';
  if (integrity !== 'intact') return 'edited';
  // Where the rehearsal was cancelled, the sweep before it had come to its end.
  if (state !== 'complete' && isUnavailable(rehearsal)) return 'cancelled';
  if (report.tool.version !== tool.version) return 'version';
  if (!isUnavailable(recommendation) || isUnavailable(prediction)) return null;
  // Then the run is rehearsed as asked, where its memory is too near to call.
  const free = known(verdict.freeBytes);
  if (free === undefined) return 'free';
  return prediction.interval.peakBytes[0] > free ? 'nothing' : null;
}

/** What speaks against it on this machine now. */
export function hindranceHere(report: Report, machine: Machine, running: boolean): Hindrance | null {
  const names = ({ gpus }: Pick<Machine, 'gpus'>) => gpus.map(({ name }) => name).join('\n');
  const same = report.machine.host.hostname === machine.host.hostname;
  if (!same || names(report.machine) !== names(machine)) return 'elsewhere';
  if (!machine.providers.some(({ device, usable }) => usable && device === report.device.used))
    return 'device';
  return running ? 'running' : null;
}

/** CUDA's ordinals that the run was asked for, or null for the first that it needs. */
function askedGpus({ command }: Report): number[] | null {
  return optionIn(command, '--gpus')?.split(',').map(Number) ?? null;
}

/** The GPUs of a machine that the run uses; none where it runs on no GPU of NVIDIA's. */
export function gpusOfRun(report: Report, { gpus }: Machine): Gpu[] {
  if (report.device.used !== 'cuda') return [];
  const visible = gpus.filter(({ vendor, index }) => vendor === 'nvidia' && index !== null);
  const asked = askedGpus(report);
  if (asked !== null) return visible.filter(({ index }) => asked.includes(index!));
  return visible.toSorted((a, b) => a.index! - b.index!).slice(0, gpusOfNode(report.target));
}

/**
 * The same run once more, on what was measured for it, and rehearsed.
 * @param name of the target, for people
 */
export function rehearsalRequest(report: Report, goOnFrom: KeptReport, name: string): AskedRun {
  const { target, assumptions, device, profile, command } = report;
  const [gpu, gpuMemory] = [optionIn(command, '--gpu'), optionIn(command, '--gpu-memory')];
  return {
    asked: { target, assumptions, name },
    device: deviceSchema.parse(device.used),
    gpus: askedGpus(report),
    // A plan alone has none.
    profile: profile!,
    rehearse: true,
    goOnFrom,
    ...(gpu !== undefined && { gpu }),
    ...(gpuMemory !== undefined && { gpuMemory }),
  };
}

/** Building and loading a graph of the whole model, as it was measured on two cores. Seconds. */
const loading = 30;

/** About how long a rehearsal takes, in seconds; null where nothing tells the time of a step. */
export function rehearsalSeconds({ prediction, device, target }: Report): number | null {
  if (isUnavailable(prediction) || device.used === 'cpu') return null;
  const step = known(prediction.secondsPerStep);
  if (step === undefined) return null;
  const forward = step / target.accumulation;
  const { least, most, seconds } = rehearsalLimits;
  return loading + Math.max(least * forward, Math.min(most * forward, seconds + forward));
}
