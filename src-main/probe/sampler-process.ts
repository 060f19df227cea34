import { isUnavailable, type Reading, unavailable } from '../contract/reading.js';
import { type NvmlSampler, openNvmlSampler } from '../machine/nvml-sampler.js';
import type { GpuState } from '../machine/nvml-state.js';
// Types alone: zod would be a third of the start, and the parent checks what comes back.
import type { MemoryPeaks, SamplerAnswer, SamplerRequest } from './sampler-messages.js';
import { hearParent, tellParent } from './worker/process.js';

// A process of its own: a call into a driver may never come back, and Node's timers at 200 Hz would cost more of a core
// than the samples do. While it samples it sleeps within the system and looks up every few samples.

/** 200 Hz: a step of some milliseconds is not missed. */
const periodMs = 5;
/** Of these, how many pass between two looks at what the parent says: 50 ms. */
const samplesPerLook = 10;
/** Of these, how many pass between two readings of what changes slowly: 10 Hz. */
const samplesPerState = 20;

let nvml: Reading<NvmlSampler> = unavailable('no GPU was opened');
let sampledPid: number | null = null;
let sampling = false;
let timed = false;
let untilState = 0;
let nextSample = 0;
let lastUsed: Reading<number> | undefined;
let untilProcesses = 0;
let peaks: MemoryPeaks;
let states: GpuState[];
forget();

function forget(): void {
  const before = unavailable('the probe ended before its first sample');
  peaks = { deviceBytes: before, gpuUsedBytes: before };
  states = [];
  timed = false;
  lastUsed = undefined;
}

function answer(request: SamplerRequest): SamplerAnswer | null {
  switch (request.type) {
    case 'open':
      nvml = openNvmlSampler(request.gpuUuid, request.root);
      return { type: 'open', reason: isUnavailable(nvml) ? nvml.unavailable : '' };
    case 'read':
      return { type: 'read', gpuUsedBytes: isUnavailable(nvml) ? nvml : nvml.usedBytes() };
    case 'start':
      start(request.pid);
      return null;
    case 'timing':
      timed = request.runs;
      untilState = 0;
      return null;
    case 'stop':
      sampledPid = null;
      return { type: 'stop', peaks, states };
  }
}

function start(pid: number): void {
  forget();
  nextSample = performance.now();
  sampledPid = pid;
  if (!sampling) setImmediate(sampleOn);
  sampling = true;
}

/** Some samples; then messages have their turn. */
function sampleOn(): void {
  for (let count = 0; count < samplesPerLook; count++) {
    sampling = !isUnavailable(nvml) && sampledPid !== null;
    if (isUnavailable(nvml) || sampledPid === null) return;
    sample(nvml, sampledPid);
    nextSample = Math.max(nextSample + periodMs, performance.now());
    sleepUntil(nextSample);
  }
  setImmediate(sampleOn);
}

function sample(from: NvmlSampler, pid: number): void {
  const used = from.usedBytes();
  // The list of processes is the dear call, and none of them changes without their sum.
  if (used !== lastUsed || untilProcesses-- <= 0) {
    peaks.gpuUsedBytes = higher(peaks.gpuUsedBytes, used);
    peaks.deviceBytes = higher(peaks.deviceBytes, from.processBytes(pid));
    lastUsed = used;
    untilProcesses = samplesPerState - 1;
  }
  if (timed && untilState-- <= 0) {
    states.push(from.readState());
    untilState = samplesPerState - 1;
  }
}

/** The higher of two readings; one that is there beats one that is not, and the later reason the earlier. */
function higher(before: Reading<number>, now: Reading<number>): Reading<number> {
  if (isUnavailable(now)) return isUnavailable(before) ? now : before;
  return isUnavailable(before) ? now : Math.max(before, now);
}

const nothing = new Int32Array(new SharedArrayBuffer(4));

/** Within the system, past Node's timers: nobody ever wakes this address. */
function sleepUntil(time: number): void {
  const left = time - performance.now();
  if (left > 0) Atomics.wait(nothing, 0, 0, left);
}

hearParent((message) => {
  const said = answer(message as SamplerRequest);
  if (said !== null) void tellParent(said);
});
