import { isUnavailable, known } from '../../contract/evidence.js';
import { formatGiB } from '../../contract/format.js';
import type { GpuDetail, MigInstance } from '../../contract/machine.js';
import { profileOf } from '../../contract/process-memory.js';
import { failed, type Judgement, look, passed, withReadings } from './check.js';

const watts = (value: number) => `${Math.round(value)} W`;

/** A lowered limit slows a card under load, and nothing else tells. */
export function powerLimit({ power }: GpuDetail): Judgement {
  return withReadings<[number, number]>([power.limitWatts, power.defaultLimitWatts], (limit, usual) => {
    const text = `power limit ${watts(limit)}, by default ${watts(usual)}`;
    if (limit >= 0.99 * usual) return passed(text);
    return look(
      text,
      `If it is not meant to be so, restore it: nvidia-smi --power-limit ${Math.round(usual)}, as root.`,
    );
  });
}

/** Without it the driver unloads between runs: seconds at each start, and settings that are lost. */
export function persistence({ persistence: reading }: GpuDetail): Judgement {
  return withReadings<[boolean]>([reading], (on) =>
    on
      ? passed('persistence is on')
      : look(
          'persistence is off: the driver leaves the GPU between runs, and each start waits for it',
          'Start nvidia-persistenced.',
        ),
  );
}

export function computeMode({ computeMode: reading }: GpuDetail): Judgement {
  return withReadings<[string]>([reading], (mode) => {
    const text = `compute mode ${mode}`;
    if (mode === 'prohibited')
      return failed(
        `${text}: nothing may compute on it`,
        'Set it to default: nvidia-smi --compute-mode 0, as root.',
      );
    if (mode.startsWith('exclusive'))
      return look(
        `${text}: one process at a time`,
        'Measure while nothing else runs on it, or set the compute mode to default.',
      );
    return passed(text);
  });
}

/** A process gets one instance, and between instances there is no peer access (NVIDIA, "MIG User Guide"). */
export function migMode({ mig }: GpuDetail): Judgement {
  return withReadings<[boolean]>([mig.enabled], (enabled) => {
    if (!enabled) return passed('MIG is off');
    const whole =
      'To train on the whole GPU have MIG switched off: nvidia-smi --multi-instance-gpu 0, as root.';
    if (isUnavailable(mig.instances))
      return look(`MIG is on, and its instances were not read: ${mig.instances.unavailable}`, whole);
    if (mig.instances.length === 0)
      return look('MIG is on and no instance was made: CUDA finds no device there', whole);
    const list = mig.instances.map(instanceWords).join(', ');
    return look(
      `MIG is on: ${list}. A run gets one of them, and is measured and judged on the one with the most free memory; detect --measure leaves them out`,
      whole,
    );
  });
}

function instanceWords(instance: MigInstance): string {
  const [free, total] = [known(instance.freeBytes), known(instance.memoryBytes)];
  const memory = [free, total].map((bytes) => (bytes === undefined ? 'unknown' : formatGiB(bytes)));
  return `${profileOf(instance)} (${memory[0]} free of ${memory[1]})`;
}

export function display({ displayAttached }: GpuDetail): Judgement {
  return withReadings<[boolean]>([displayAttached], (attached) =>
    attached
      ? look(
          'a display is attached, which holds memory and takes time',
          'Attach the display to another adapter, or leave room for it.',
        )
      : passed('no display is attached'),
  );
}

/** A GPU passed through to a virtual machine is whole; a virtual one shares its card with others unseen. */
export function virtualization({ virtualization: reading }: GpuDetail): Judgement {
  return withReadings<[string]>([reading], (mode) => {
    if (mode === 'none') return passed('not virtual');
    if (mode === 'passthrough') return passed('passed through to this virtual machine, whole');
    return look(
      `virtual (${mode}): others may compute on the same card, unseen from here`,
      'Measure twice, at different hours, before trusting the speed.',
    );
  });
}

/** NVIDIA, "Confidential Computing on H100": what crosses PCIe is encrypted in bounce buffers. */
export function confidential({ confidentialCompute }: GpuDetail): Judgement {
  return withReadings<[boolean]>([confidentialCompute], (on) =>
    on
      ? look(
          'confidential computing is on: copies to and from the host are encrypted, and slower',
          'Switch it off where it is not needed.',
        )
      : passed('confidential computing is off'),
  );
}
