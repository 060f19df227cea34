import { architectureOf } from '../../models/blocks/architecture.js';
import { modelVersion } from '../../models/catalog/index.js';
import { isUnavailable } from '../contract/evidence.js';
import type { Gpu } from '../contract/machine.js';
import type { Target } from '../contract/target.js';
import type { DecideInput } from '../decide/decide-input.js';
import { roomOf } from '../decide/memory-finding.js';
import { readFreeMemory } from '../machine/host.js';
import { judgedGpu } from '../predict/judged-gpu.js';
import type { DeviceRun } from '../probe/device-run.js';
import type { Provider } from '../probe/messages.js';
import { rehearseOnAll } from '../probe/rehearsal/all-devices.js';
import { hostReserveBytes, mostBytes } from '../probe/rehearsal/device.js';
import { withinLimit } from './attempt.js';
import { openDevices } from './open-devices.js';
import type { DeviceWork, Holder } from './rehearse.js';
import { rehearsalWork } from './work.js';

/** What a rehearsal is held on. */
export interface HolderQuestion {
  provider: Provider;
  /** Of NVIDIA's, that the run uses here. */
  gpus: readonly Gpu[];
  /** Where CUDA's libraries lie. */
  libraryFolders: readonly string[];
  dtypeFor: DeviceRun['dtypeFor'];
  /** What the answer rests on, which the rehearsal does too. */
  input: DecideInput;
  signal: AbortSignal;
}

/** Opens this machine's devices for rehearsals; close it, so that nobody watches them any more. */
export function openHolder(question: HolderQuestion): Holder & { close(): void } {
  const { provider, gpus, libraryFolders, dtypeFor, input, signal } = question;
  const { machine, probes, analyse, speed } = input;
  const { speed: deviceSpeed } = judgedGpu({}, gpus[0] ?? null, machine);
  const { devices, settled, close } = openDevices(provider, machine, gpus, libraryFolders);
  const workIn = (target: Target, dtype: Target['dtype'], sharedWeights: boolean) =>
    rehearsalWork({
      version: modelVersion(target.model, target.ae),
      architecture: architectureOf(target.model),
      ...{ target, dtype, provider, probes, analyse, speed, deviceSpeed, sharedWeights },
    });
  return {
    provider,
    workFor(target): DeviceWork {
      const dtype = dtypeFor(target.dtype);
      const whole = workIn(target, dtype, false);
      const inOwnType = dtype === target.dtype ? whole : workIn(target, target.dtype, false);
      const loading = whole.job.residentBytes * devices.length;
      // Beside the device's memory the host's is taken while the weights load.
      const tooMany = provider === 'cuda' && loading > machine.host.memory.freeBytes - hostReserveBytes;
      return {
        ...(tooMany ? workIn(target, dtype, true) : whole),
        beyondTypeBytes: mostBytes(whole.job) - mostBytes(inOwnType.job),
      };
    },
    async freeBytes() {
      const free = await Promise.all(devices.map((device) => device.freeBytes()));
      return free.find(isUnavailable) ?? Math.min(...(free as number[]));
    },
    async hold(job, limitBytes, onProgress) {
      await settled(signal);
      const rows = await rehearseOnAll(
        job,
        devices.map((device) => ({ ...device, limitBytes })),
        {
          signal,
          onProgress,
          hostFreeBytes: await readFreeMemory(),
          reserveBytes: roomOf(input).reserveBytes,
        },
      );
      const otherBytes = Math.max(0, ...job.otherPhases.map(({ bytes }) => bytes));
      return rows.map((row) => withinLimit(row, limitBytes, otherBytes));
    },
    close,
  };
}
