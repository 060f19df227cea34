import { z } from 'zod';
import type { Target } from '../../../src-main/contract/target.js';
import { type TargetFlags, targetFlagsSchema } from '../../../src-main/contract/target-flags.js';
import { store, stored } from '../../app/stored.js';

/** What a person has asked for so far. */
export interface Draft {
  flags: TargetFlags;
  /** A GPU of the catalogue to judge for; null is this machine's own. */
  gpu: string | null;
  /** A memory to judge for in place of a GPU; empty is none. */
  gpuMemory: string;
  /** In place of the flags, once a file was opened. */
  opened: Opened | null;
}

export interface Opened {
  name: string;
  target: Target;
  assumptions: string[];
}

const first: Draft = {
  flags: { model: 'v2.0', task: 'train', resolution: '256px', frames: 129, batch: 1, gpuCount: 8 },
  gpu: 'H100',
  gpuMemory: '',
  opened: null,
};

const savedSchema = z.object({ flags: targetFlagsSchema, gpu: z.string().nullable(), gpuMemory: z.string() });

/** The draft of this window, kept over pages and reloads; an opened file is kept until the window goes. */
class DraftStore {
  private draft = fromSaved(stored('target')) ?? first;
  private readonly listeners = new Set<() => void>();

  readonly read = () => this.draft;

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  change(change: Partial<Draft>): void {
    this.draft = { ...this.draft, ...change };
    const { flags, gpu, gpuMemory } = this.draft;
    store('target', JSON.stringify({ flags, gpu, gpuMemory }));
    for (const listener of [...this.listeners]) listener();
  }

  /** One field of the form. */
  setFlag(name: keyof TargetFlags, value: TargetFlags[keyof TargetFlags]): void {
    this.change({ flags: { ...this.draft.flags, [name]: value } as TargetFlags });
  }
}

/** What an earlier version of the pages has saved may be of another shape. */
function fromSaved(text: string | null): Draft | undefined {
  try {
    const saved = savedSchema.safeParse(JSON.parse(text ?? ''));
    return saved.success ? { ...saved.data, opened: null } : undefined;
  } catch {
    return undefined;
  }
}

export const draftStore = new DraftStore();
