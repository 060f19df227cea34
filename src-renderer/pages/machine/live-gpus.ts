import type { Live } from '../../../src-main/contract/channels.js';
import { known } from '../../../src-main/contract/evidence.js';
import type { Gpu } from '../../../src-main/contract/machine.js';

/** The GPUs as they are now, in the order in which they were first read; one that tells nothing stays as it was. */
export function liveGpus(gpus: readonly Gpu[], live: Live | null): readonly Gpu[] {
  if (live === null) return gpus;
  const now = new Map(live.gpus.map((gpu) => [identityOf(gpu), gpu]));
  return gpus.map((gpu) => now.get(identityOf(gpu)) ?? gpu);
}

function identityOf({ uuid, pciAddress, index, name }: Gpu): string {
  return known(uuid) ?? known(pciAddress) ?? `${index} ${name}`;
}
