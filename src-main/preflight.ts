import { randomUUID } from 'node:crypto';
import { analyseBlock } from '../models/blocks/analyse.js';
import type { Gpu, Machine } from './contract/machine.js';
import type { Report } from './contract/report.js';
import type { Device, JudgedGpu, Profile } from './contract/target.js';
import type { TargetFlags } from './contract/target-flags.js';
import { tool } from './contract/tool.js';
import { UsageError } from './contract/usage-error.js';
import { decide } from './decide/verdict.js';
import { chooseDevice } from './machine/choose-device.js';
import { detectMachine } from './machine/detect.js';
import { readProviderFacts } from './machine/providers.js';
import { remembered } from './predict/analyser.js';
import { findGpu } from './predict/gpus.js';
import { parseMemorySize } from './predict/memory-size.js';
import { predict } from './predict/predict.js';
import { resolveTarget } from './predict/resolve-target.js';
import type { Speed } from './predict/time.js';
import { openDevice } from './probe/device-run.js';
import { type SweepProgress, sweep } from './probe/sweep.js';
import { identityOf } from './report/run-identity.js';
import { openRunFolder } from './report/store.js';

/** What a face asks for. */
export interface PreflightRequest {
  flags: TargetFlags;
  device: Device;
  /** CUDA ordinals, or null for the first that the run needs. */
  gpus: number[] | null;
  /** Judge for this GPU, or this much memory, what was measured on this device. */
  gpu?: string | undefined;
  gpuMemory?: string | undefined;
  profile: Profile;
  cudaLibs?: string | undefined;
  /** Folder for the report. */
  out: string;
  /** The command that asks for this, for the report. */
  command: string;
}

export interface PreflightHooks {
  signal: AbortSignal;
  onMachine(machine: Machine, device: Report['device']): void;
  onProgress(progress: SweepProgress): void;
}

/**
 * The flow: machine, target, sweep, prediction, verdict, report.
 *
 * @returns the report, which also lies in `request.out`
 * @throws UsageError for what cannot be acted on; nothing is overwritten then
 */
export async function preflight(request: PreflightRequest, hooks: PreflightHooks): Promise<Report> {
  const start = performance.now();
  const target = resolveTarget(request.flags);
  const { judgedGpu, speed } = judged(request);

  // 1 Machine
  const machine = await detectMachine({ cudaLibs: request.cudaLibs });
  const facts = await readProviderFacts(machine.gpus, { cudaLibs: request.cudaLibs });
  const choice = chooseDevice(request.device, facts);
  const device = { asked: request.device, used: choice.device, reason: choice.reason };
  if (request.gpus !== null && choice.device !== 'cuda')
    throw new UsageError(
      `--gpus ${request.gpus.join(',')} names CUDA's GPUs, and the device is ${choice.device}: leave --gpus out, or name the GPU to judge for by --gpu`,
    );
  const gpu = choice.device === 'cuda' ? measuredGpu(machine, request.gpus) : null;
  hooks.onMachine(machine, device);

  // 2 Target: already resolved, so that a bad flag costs no detection; the run folder belongs to it.
  const described = { target, profile: request.profile, judgedGpu, tool, device, machine };
  const folder = await openRunFolder(request.out, identityOf(described));
  const run = openDevice(choice.device, machine, gpu, choice.libraryFolders);
  try {
    // 3 Sweep
    const probes = await sweep({
      target,
      profile: request.profile,
      dtype: run.dtypeFor(target.dtype),
      firstGuess: run.firstGuess,
      freeBytes: run.freeBytes(),
      finished: folder.finished,
      signal: hooks.signal,
      measure: (point, timing, expected) => run.measure(point, timing, expected, hooks.signal),
      record: (probe) => folder.record(probe),
      onProgress: hooks.onProgress,
    });
    const complete = !hooks.signal.aborted;

    // 4 Prediction
    const analyse = remembered(analyseBlock);
    const predictFor = (of: typeof target) => predict(of, probes, analyse, speed);
    const { prediction, notCovered } = predictFor(target);

    // 5 Verdict and 6 Recommendation
    const decision = decide({
      target,
      prediction,
      notCovered,
      probes,
      machine,
      deviceUsed: choice.device,
      gpuIndexes: request.gpus,
      judgedGpu,
      complete,
      predictAgain: (of) => predictFor(of).prediction,
    });

    // 8 Report (7, rehearsal, is not asked for here)
    const modelled = probes.filter(({ evidence }) => evidence === 'modelled');
    const report: Report = {
      kind: 'preflight-report',
      schemaVersion: 1,
      id: randomUUID(),
      createdAt: new Date().toISOString(),
      command: request.command,
      state: complete ? 'complete' : 'cancelled',
      ...described,
      probes,
      prediction,
      ...decision,
      nearestMiss: { unavailable: 'not looked for' },
      solved: { unavailable: 'not asked for (--solve)' },
      rehearsal: { unavailable: 'not asked for' },
      notTested: [
        ...notCovered,
        ...modelled.map(
          ({ point, cause }) =>
            `${point.block} block at ${point.resolution}, ${point.frames} frames, batch ${point.batch}: ${cause}`,
        ),
      ],
      wallSeconds: (performance.now() - start) / 1000,
    };
    await folder.finish(report);
    return report;
  } finally {
    run.close();
    await folder.close();
  }
}

/** The GPU that the verdict is about, where it is not the one measured on, and what its speed rests on. */
function judged({ gpu, gpuMemory }: PreflightRequest): { judgedGpu: JudgedGpu | null; speed: Speed } {
  if (gpu !== undefined && gpuMemory !== undefined)
    throw new UsageError('--gpu and --gpu-memory exclude each other: name the GPU, or give its memory alone');
  if (gpu !== undefined) {
    const spec = findGpu(gpu);
    const { name, memoryBytes, source } = spec;
    return { judgedGpu: { name, memoryBytes, source }, speed: { of: 'gpu', gpu: spec } };
  }
  if (gpuMemory === undefined) return { judgedGpu: null, speed: { of: 'measured-device', gpu: undefined } };
  const memoryBytes = parseMemorySize(gpuMemory);
  return {
    judgedGpu: { name: `a GPU with ${gpuMemory}`, memoryBytes, source: 'given by --gpu-memory' },
    speed: {
      of: 'unknown',
      reason: 'the memory of a GPU was given, and not which GPU: its speed is not known',
    },
  };
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
