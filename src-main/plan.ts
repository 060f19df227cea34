import { randomUUID } from 'node:crypto';
import { answer, askedOf } from './answer.js';
import { isUnavailable, unavailable } from './contract/evidence.js';
import type { Gpu, Machine } from './contract/machine.js';
import { type Report, type Solved, schemaVersion } from './contract/report.js';
import type { Target } from './contract/target.js';
import { tool } from './contract/tool.js';
import { solve } from './decide/solve.js';
import { detectMachine } from './machine/detect.js';
import { deviceName } from './machine/device-name.js';
import type { Analyse } from './predict/analyser.js';
import { knownGpu } from './predict/gpus.js';
import { type Judged, judgedGpu, ownGpu } from './predict/judged-gpu.js';
import { seal } from './report/digest.js';
import { type LessonsList, lessonsOfDevice, noLessons } from './report/history/lessons.js';

export interface PlanRequest {
  target: Target;
  /** What a config file left open, for the report. */
  assumptions: string[];
  gpu?: string | undefined;
  gpuMemory?: string | undefined;
  /** An earlier run whose probes and machine the answer rests on. */
  from: Report | null;
  /** What to find the largest of, everything else as asked. */
  solve: Solved['variable'] | null;
  command: string;
  /** This machine, where it has just been read: it is not read again. */
  here?: Machine | undefined;
  /** Answers what is known of a shape already. */
  analyse?: Analyse | undefined;
}

/**
 * The flow without its sweep: the same answer for a machine that is not here, or from what was measured before. Nothing
 * runs on a GPU, and nothing is written.
 *
 * @throws UsageError for a GPU that is not known, or where several buckets are to be solved for one
 */
export async function plan(request: PlanRequest): Promise<Report> {
  const start = performance.now();
  const { from } = request;
  // A name that is no GPU costs no detection.
  judgedGpu(request, null);
  const machine = from?.machine ?? request.here ?? (await detectMachine({}));
  const judged = judgedFor(request, machine);
  const taught = await lessonsFor(request, machine, judged);
  const asked = askedOf({
    target: request.target,
    machine,
    probes: from?.probes ?? [],
    deviceUsed: from?.device.used ?? 'none',
    gpuIndexes: null,
    judged,
    lessons: taught.lessons,
    analyse: request.analyse,
    complete: from === null || from.state === 'complete',
  });
  const found = request.solve === null ? unavailable('not asked for (--solve)') : solve(request.solve, asked);
  const { notTested, ...answered } = answer(
    isUnavailable(found) ? asked : { ...asked, target: found.target },
  ).report;
  return seal({
    kind: 'preflight-report',
    schemaVersion,
    // What rests on an edited report is worth no more than that.
    integrity: from?.integrity ?? 'intact',
    redacted: from?.redacted ?? false,
    id: randomUUID(),
    createdAt: new Date().toISOString(),
    tool,
    command: request.command,
    state: 'complete',
    profile: from?.profile ?? null,
    device: from?.device ?? { asked: 'auto', used: 'none', reason: 'a plan runs nothing' },
    judgedGpu: judged.judgedGpu,
    machine,
    probes: from?.probes ?? [],
    ...answered,
    solved: isUnavailable(found) ? found : found.solved,
    rehearsal: { unavailable: 'a plan runs nothing' },
    notTested: [...untrusted(from), ...unrelated(from, request.target), ...notTested, ...taught.broken],
    assumptions: request.assumptions,
    wallSeconds: (performance.now() - start) / 1000,
  });
}

/** The GPU that is named; else the one of the earlier report; else this machine's own; else none. */
function judgedFor(request: PlanRequest, machine: Machine): Judged {
  const named = request.gpu !== undefined || request.gpuMemory !== undefined;
  const { from } = request;
  if (named) return judgedGpu(request, null);
  if (from === null)
    return (
      ownGpu(machine.gpus) ?? {
        judgedGpu: null,
        speed: { of: 'unknown', reason: 'no GPU was named (--gpu)' },
      }
    );
  if (from.judgedGpu === null) return judgedGpu({}, measuredGpu(from), machine);
  const spec = knownGpu(from.judgedGpu.name);
  return {
    judgedGpu: from.judgedGpu,
    speed:
      spec === undefined
        ? { of: 'unknown', reason: `the speed of ${from.judgedGpu.name} is not known` }
        : { of: 'gpu', gpu: spec },
  };
}

/** What rehearsals taught of the device that is judged, where that is this machine's own and not one that is named. */
async function lessonsFor(
  { gpu, gpuMemory, from }: PlanRequest,
  machine: Machine,
  { judgedGpu: own }: Judged,
): Promise<LessonsList> {
  if (gpu !== undefined || gpuMemory !== undefined) return noLessons;
  const { hostname } = machine.host;
  if (from === null) return own === null ? noLessons : lessonsOfDevice(hostname, own.name);
  if (from.judgedGpu !== null) return noLessons;
  return lessonsOfDevice(hostname, deviceName(from.device.used, measuredGpu(from), machine));
}

function measuredGpu({ device, machine }: Report): Gpu | null {
  if (device.used !== 'cuda') return null;
  const usable = machine.gpus.filter(({ vendor, index }) => vendor === 'nvidia' && index !== null);
  return usable.toSorted((a, b) => a.index! - b.index!)[0] ?? null;
}

/** Said where an earlier report was edited, or may have been. */
function untrusted(from: Report | null): string[] {
  if (from === null || from.integrity === 'intact') return [];
  if (from.integrity === 'edited') return ['Whether the report given by --from is true: it was edited'];
  return [`Whether the report given by --from was edited: ${from.integrity.unavailable}`];
}

/** Said where an earlier report has nothing of this model and task: the answer rests on the graph alone then. */
function unrelated(from: Report | null, { model, task }: Target): string[] {
  if (from === null || from.probes.some(({ point }) => point.model === model && point.task === task))
    return [];
  return [
    `The probes of the report given by --from are of another model or task than ${model} ${task}: none is used`,
  ];
}
