import { randomUUID } from 'node:crypto';
import { answer, askedOf } from './answer.js';
import { isUnavailable, known } from './contract/evidence.js';
import type { Gpu, Machine } from './contract/machine.js';
import type { Probe } from './contract/probe.js';
import type { RehearsalProgress } from './contract/rehearsal.js';
import { type Report, schemaVersion } from './contract/report.js';
import type { Device, Profile, Target } from './contract/target.js';
import { tool } from './contract/tool.js';
import { UsageError } from './contract/usage-error.js';
import { chooseDevice } from './machine/choose-device.js';
import { detectMachine } from './machine/detect.js';
import { deviceName } from './machine/device-name.js';
import { readProviderFacts } from './machine/providers.js';
import { judgedGpu } from './predict/judged-gpu.js';
import { openDevice } from './probe/device-run.js';
import { withLoadChecks } from './probe/load-checks.js';
import { type SweepProgress, sweep } from './probe/sweep.js';
import { lessonsOf } from './rehearse/lessons-of.js';
import type { Upstream } from './rehearse/upstream/python.js';
import { rehearseHere } from './rehearse-here.js';
import { seal } from './report/digest.js';
import { type KeepResult, keepReport } from './report/history/keep.js';
import { keepLessons, lessonsOfDevice, noLessons } from './report/history/lessons.js';
import { identityOf } from './report/run-identity.js';
import { openRunFolder } from './report/store.js';

/** What a face asks for. */
export interface PreflightRequest {
  target: Target;
  /** What a config file left open, for the report. */
  assumptions: string[];
  device: Device;
  /** CUDA ordinals, or null for the first that the run needs. */
  gpus: number[] | null;
  /** Judge for this GPU, or this much memory, what was measured on this device. */
  gpu?: string | undefined;
  gpuMemory?: string | undefined;
  profile: Profile;
  /** Hold the recommended settings at full depth after the verdict. */
  rehearse?: boolean;
  /** After that, steps of Open-Sora's own code too. */
  upstream?: Upstream | undefined;
  cudaLibs?: string | undefined;
  /** Where the data set lies. */
  data?: string | undefined;
  /** Folder for the report. */
  out: string;
  /** The command that asks for this, for the report. */
  command: string;
}

export interface PreflightHooks {
  signal: AbortSignal;
  /** @param gpu the GPU that probes run on, or null where they run on none of NVIDIA's */
  onMachine(machine: Machine, device: Report['device'], gpu: Gpu | null): void;
  onProgress(progress: SweepProgress): void;
  /** Told whether the report is in the history, which changes nothing about the run. */
  onKept?(kept: KeepResult): void;
  /** Each new result, once it is in the run's folder. */
  onProbe?(probe: Probe): void;
  /** Where the rehearsal stands, once it has begun. */
  onRehearsal?(progress: RehearsalProgress): void;
}

/**
 * The flow: machine, target, sweep, prediction, verdict, rehearsal, report.
 *
 * @returns the report, which also lies in `request.out`
 * @throws UsageError for what cannot be acted on; nothing is overwritten then
 */
export async function preflight(request: PreflightRequest, hooks: PreflightHooks): Promise<Report> {
  const start = performance.now();
  const { target } = request;
  // A name that is no GPU costs no detection.
  judgedGpu(request, null);

  // 1 Machine
  const { cudaLibs, data } = request;
  const machine = await detectMachine({
    cudaLibs,
    data,
    workFolder: request.out,
    otherSourcesMs: 10_000,
  });
  const facts = await readProviderFacts(machine.gpus, { cudaLibs });
  const choice = chooseDevice(request.device, facts);
  const device = { asked: request.device, used: choice.device, reason: choice.reason };
  if (request.gpus !== null && choice.device !== 'cuda')
    throw new UsageError(
      `--gpus ${request.gpus.join(',')} names CUDA's GPUs, and the device is ${choice.device}: leave --gpus out, or name the GPU to judge for by --gpu`,
    );
  const gpu = choice.device === 'cuda' ? measuredGpu(machine, request.gpus) : null;
  const judged = judgedGpu(request, gpu, machine);
  hooks.onMachine(machine, device, gpu);

  // 2 Target: resolved before, so that a bad flag costs no detection; the run folder belongs to it.
  const described = { target, profile: request.profile, judgedGpu: judged.judgedGpu, tool, device, machine };
  const folder = await openRunFolder(request.out, identityOf(described));
  const run = openDevice(choice.device, machine, gpu, choice.libraryFolders);
  try {
    // 3 Sweep
    const probes = await sweep({
      target,
      profile: request.profile,
      dtype: run.dtypeFor(target.dtype),
      firstGuess: run.firstGuess,
      freeBytes: await run.freeBytes(),
      finished: folder.finished,
      signal: hooks.signal,
      measure: (point, timing, expected) => run.measure(point, timing, expected, hooks.signal),
      record: async (probe) => {
        await folder.record(probe);
        hooks.onProbe?.(probe);
      },
      onProgress: hooks.onProgress,
    });
    const complete = !hooks.signal.aborted;
    const loaded = withLoadChecks(machine, probes, gpu);

    // 4 Prediction, 5 Verdict, 6 Recommendation
    const taught =
      judged.judgedGpu === null
        ? await lessonsOfDevice(machine.host.hostname, deviceName(choice.device, gpu, machine))
        : noLessons;
    const answered = answer(
      askedOf({
        target,
        machine: loaded,
        probes,
        deviceUsed: choice.device,
        gpuIndexes: request.gpus,
        judged,
        lessons: taught.lessons,
        complete,
      }),
    );

    // 7 Rehearsal
    const notAsked = { answered, rehearsal: { unavailable: 'not asked for (--rehearse)' }, end: null };
    const rehearsed =
      request.rehearse === true
        ? await rehearseHere(answered, {
            provider: choice.device,
            gpu,
            libraryFolders: choice.libraryFolders,
            dtypeFor: run.dtypeFor,
            upstream: request.upstream,
            signal: hooks.signal,
            onProgress: (progress) => hooks.onRehearsal?.(progress),
          })
        : notAsked;
    const { report: found } = rehearsed.answered;

    // 8 Report
    const report = seal({
      kind: 'preflight-report',
      schemaVersion,
      integrity: 'intact',
      redacted: false,
      id: randomUUID(),
      createdAt: new Date().toISOString(),
      command: request.command,
      state: complete && !wasCancelled(rehearsed.rehearsal) ? 'complete' : 'cancelled',
      ...described,
      machine: loaded,
      probes,
      ...found,
      notTested: [...found.notTested, ...taught.broken],
      solved: { unavailable: 'not asked for (plan --solve)' },
      rehearsal: rehearsed.rehearsal,
      assumptions: request.assumptions,
      wallSeconds: (performance.now() - start) / 1000,
    });
    await folder.finish(report);
    const kept = await keepReport(report);
    hooks.onKept?.(kept);
    if (rehearsed.end !== null) {
      const unkept = await keepLessons(lessonsOf(rehearsed.end, answered.input, report));
      if (unkept !== null) hooks.onKept?.(unkept);
    }
    return report;
  } finally {
    run.close();
    await folder.close();
  }
}

/** Whether the user ended it, in ONNX Runtime or in Open-Sora's own code. */
function wasCancelled(rehearsal: Report['rehearsal']): boolean {
  if (isUnavailable(rehearsal)) return false;
  return rehearsal.status === 'cancelled' || known(rehearsal.upstream)?.status === 'cancelled';
}

/** The GPU that probes run on: the first of those asked for. */
function measuredGpu(machine: Machine, asked: readonly number[] | null): Gpu {
  const visible = machine.gpus.filter(({ vendor, index }) => vendor === 'nvidia' && index !== null);
  const wanted = asked?.[0] ?? Math.min(...visible.map(({ index }) => index!));
  const found = visible.find(({ index }) => index === wanted);
  const missing = asked?.find((ordinal) => !visible.some(({ index }) => index === ordinal));
  if (missing !== undefined || !found)
    throw new UsageError(
      `--gpus ${asked?.join(',') ?? ''}: no GPU ${missing ?? wanted} here; there are ${visible.map(({ index }) => index).join(', ') || 'none'}`,
    );
  return found;
}
