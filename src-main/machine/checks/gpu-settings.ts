import type { GpuDetail } from '../../contract/machine.js';
import { failed, type Judgement, look, passed, withReadings } from './check.js';

type Migs = Exclude<GpuDetail['mig']['instances'], { unavailable: string }>;

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

/** A process gets one slice, and NCCL does not join slices (NVIDIA, "MIG User Guide"). */
export function migMode({ mig }: GpuDetail): Judgement {
  return withReadings<[boolean]>([mig.enabled], (enabled) => {
    if (!enabled) return passed('MIG is off');
    const count = Array.isArray(mig.instances) ? (mig.instances as Migs).length : 'unknown';
    return look(
      `MIG is on, instances: ${count}; a process gets one of them, and several cannot train together`,
      'To train on the whole GPU have MIG switched off: nvidia-smi --multi-instance-gpu 0, as root.',
    );
  });
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
