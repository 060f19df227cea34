import { isUnavailable, known, type Reading, unavailable } from '../../contract/evidence.js';
import { formatGiB } from '../../contract/format.js';
import type { RehearsalProgress, RehearsedDevice } from '../../contract/rehearsal.js';
import type { OwnProcess } from '../../machine/own-process.js';
import type { StartWorker } from '../fork-worker.js';
import { workerStarter } from '../fork-worker.js';
import type { Profiled } from '../messages.js';
import { readLongestProfile, removeProfileFolders } from '../profile-folder.js';
import { supervise, type WorkerEnd } from '../supervise.js';
import { readProfile } from '../worker/profile.js';
import { secondsLeft, stageSeconds } from './deadlines.js';
import { mostBytes, type RehearsalDevice, shortageOf } from './device.js';
import type { RehearsalJob } from './job.js';
import { watchMemory } from './memory-watch.js';
import { type RehearsalMessage, type RehearsalRequest, rehearsalMessageSchema } from './messages.js';
import { ofThisMachine, rowOf, type Told } from './row.js';

export interface RehearsalOptions {
  signal: AbortSignal;
  onProgress(progress: Omit<RehearsalProgress, 'attempt'>): void;
  /** Free on the host now: what this machine's memory and the control groups allow. Bytes. */
  hostFreeBytes: number;
  /** Ballast is raised by this after the steps, on GPUs alone: what the verdict keeps in reserve. Bytes. */
  reserveBytes: number;
  startWorker?: StartWorker | undefined;
}

/**
 * Holds one job on one device in a process of its own, and says how that ended. Never throws for what the worker does, and
 * begins nothing for which the memory is not there.
 */
export async function runRehearsal(
  job: RehearsalJob,
  device: RehearsalDevice,
  options: RehearsalOptions,
): Promise<RehearsedDevice> {
  const freeBytes = await device.freeBytes();
  const told: Told = {
    stage: 'prepare',
    stepSeconds: [],
    profiled: unavailable('no step ended'),
    held: null,
    wantedBytes: null,
    sampled: null,
    overLimit: false,
  };
  const shortage = await shortageOf(job, device, options.hostFreeBytes);
  if (shortage !== null) {
    const end = { status: 'out-of-memory', cause: shortage.cause } as const;
    const row = rowOf(job, device, end, told, freeBytes);
    return ofThisMachine({ ...row, missingBytes: shortage.missingBytes, ballastBytes: 0 }, device, told);
  }
  const end = await heldBy(job, device, options, told);
  const { peaks, conditions } = await (told.sampled ?? device.sampler.stop());
  const row = rowOf(job, device, end, told, freeBytes);
  const cause = await explained(row, job, device);
  const deviceBytes = device.onHost ? row.deviceBytes : peaks.deviceBytes;
  return ofThisMachine({ ...row, deviceBytes, conditions, cause }, device, told);
}

/** Has a worker hold the job, to its end. */
async function heldBy(
  job: RehearsalJob,
  device: RehearsalDevice,
  options: RehearsalOptions,
  told: Told,
): Promise<WorkerEnd> {
  const { provider, sampler, onHost, limitBytes, env } = device;
  const { signal, startWorker = workerStarter('rehearsal-worker') } = options;
  const request: RehearsalRequest = {
    provider,
    job,
    onHost,
    marginBytes: onHost ? null : options.reserveBytes,
  };
  let worker: OwnProcess | undefined;
  let stopWatch = () => {};
  let stepping: number | null = null;
  let reading: Promise<Reading<Profiled>> | null = null;
  const last = () => told.stepSeconds.at(-1) ?? null;
  const tellProgress = () =>
    options.onProgress({
      stage: told.stage,
      step: told.stepSeconds.length,
      steps: job.limits.most,
      secondsLeft: secondsLeft(
        job,
        told.stepSeconds.length,
        last(),
        stepping === null ? 0 : (performance.now() - stepping) / 1000,
      ),
    });
  const end = await supervise<RehearsalMessage>(
    { deadlineSeconds: 60, env, signal, startWorker },
    {
      schema: rehearsalMessageSchema,
      onReady(ready, supervision) {
        worker = ready;
        const { pid } = ready;
        sampler.start(pid ?? 0);
        if (onHost && limitBytes !== null && pid !== undefined)
          // What Node and ONNX Runtime need of the host beside is no memory of the GPU: the counters say later what held.
          stopWatch = watchMemory(pid, limitBytes + options.reserveBytes, (bytes) => {
            told.overLimit = true;
            supervision.end(
              'out-of-memory',
              `it held ${formatGiB(bytes)} of the ${formatGiB(limitBytes)} that are judged`,
            );
          });
        ready.send(request);
      },
      onMessage(message, supervision) {
        switch (message.type) {
          case 'stage':
            told.stage = message.stage;
            if (message.stage === 'steps') stepping = performance.now();
            sampler.timing(message.stage === 'steps');
            if (message.stage === 'margin') {
              told.sampled ??= sampler.stop();
              void told.sampled.then(() => worker?.send({ type: 'sampled' }));
            }
            supervision.deadline(stageSeconds(job, told.stage, last()), message.stage);
            return tellProgress();
          case 'step':
            told.stepSeconds.push(message.seconds);
            supervision.deadline(stageSeconds(job, told.stage, last()), told.stage);
            return tellProgress();
          case 'profiled':
            reading = readFolder(message.folder, device);
            return;
          case 'held':
            told.held = message;
            return supervision.conclude('ok', '');
          case 'failed':
            told.wantedBytes = message.wantedBytes;
            return supervision.conclude(message.status, message.cause);
        }
      },
    },
  );
  stopWatch();
  if (reading !== null) told.profiled = await reading;
  if (worker?.pid !== undefined) await removeProfileFolders(worker.pid);
  return end;
}

/** The figures of the first step, read here so that the worker's own memory is not changed by it. */
async function readFolder(folder: string, { provider }: RehearsalDevice): Promise<Reading<Profiled>> {
  try {
    return readProfile(await readLongestProfile(folder), provider);
  } catch (error) {
    return unavailable(`the profile of the first step: ${error instanceof Error ? error.message : error}`);
  }
}

/** The cause, with what is known beside it: a GPU that is lost, or who else had its memory from the beginning. */
async function explained(
  { status, cause, freeBytes }: RehearsedDevice,
  job: RehearsalJob,
  device: RehearsalDevice,
): Promise<string> {
  // What CUDA says of it differs, and a call may hang as well as fail.
  if ((status === 'crashed' || status === 'timed-out') && (await isLost(device)))
    return `the GPU was lost: ${cause}`;
  const free = known(freeBytes);
  if (status !== 'out-of-memory' || free === undefined || free >= mostBytes(job)) return cause;
  const holders = await device.holders();
  if (holders.length === 0) return cause;
  return `${cause}; ${formatGiB(free)} were free at its beginning, the rest held by ${holders.join(', ')}`;
}

/** Whether NVML says that the GPU has fallen off the bus. */
async function isLost({ sampler }: RehearsalDevice): Promise<boolean> {
  const used = await sampler.gpuUsedNow();
  return isUnavailable(used) && used.unavailable.endsWith('NVML_ERROR_GPU_IS_LOST');
}
