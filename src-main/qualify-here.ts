import { randomUUID } from 'node:crypto';
import type { Baseline } from './contract/baseline.js';
import type { Report } from './contract/report.js';
import { deviceSchema } from './contract/target.js';
import { DeviceError, UsageError } from './contract/usage-error.js';
import { detectMachine } from './machine/detect.js';
import { type PreflightHooks, type PreflightRequest, preflight } from './preflight.js';
import { onDisk } from './report/disk-error.js';
import type { Judged } from './report/qualify/qualify.js';
import { readRunFolder } from './report/run-files.js';

/** What of a run the baseline does not say. */
export type HereRequest = Pick<PreflightRequest, 'gpus' | 'cudaLibs' | 'data' | 'out' | 'command'>;

/**
 * Measures the baseline's own run on this machine. A machine on which its device cannot be had is not measured, and is
 * judged all the same: it is the machine that is not in order, and not what was asked for.
 *
 * @returns what to judge, and the report where there is one
 * @throws UsageError where `out` holds a run that is complete: its measurements would be judged as if they were new
 */
export async function qualifyHere(
  baseline: Baseline,
  request: HereRequest,
  hooks: PreflightHooks,
): Promise<{ judged: Judged; report: Report | null }> {
  const { target, profile } = baseline;
  const asked = deviceSchema.safeParse(baseline.device);
  if (!asked.success)
    throw new UsageError(`the baseline's device ${baseline.device} is none that can be measured`);
  const before = await onDisk(request.out, () => readRunFolder(request.out));
  if (before.report?.state === 'complete')
    throw new UsageError(
      `${request.out} holds a run that is complete, and nothing would be measured: name a new folder by --out, or judge that run by naming it`,
    );
  try {
    const report = await preflight(
      { ...request, target, profile, device: asked.data, assumptions: [] },
      hooks,
    );
    return { judged: report, report };
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    const machine = await detectMachine({ cudaLibs: request.cudaLibs });
    const device = { asked: asked.data, used: 'none', reason: error.message };
    return { judged: notMeasured(baseline, machine, device), report: null };
  }
}

function notMeasured(
  { target, profile }: Baseline,
  machine: Report['machine'],
  device: Report['device'],
): Judged {
  const reason = { id: 'device', status: 'not-tested', text: device.reason, evidence: 'measured' } as const;
  return {
    id: randomUUID(),
    integrity: 'intact',
    createdAt: new Date().toISOString(),
    state: 'complete',
    target,
    profile,
    device,
    judgedGpu: null,
    machine,
    probes: [],
    verdict: {
      status: 'inconclusive',
      headline: device.reason,
      freeBytes: { unavailable: device.reason },
      reserveBytes: 0,
      reasons: [reason],
    },
  };
}
