import { isUnavailable, known } from '../../contract/evidence.js';
import { gpuNames } from '../../contract/gpu-names.js';
import type { Check, Gpu, GpuDetail } from '../../contract/machine.js';
import { type Judgement, look, notTested, overGpus, passed, usableOf, withReadings } from './check.js';

type Links = Exclude<GpuDetail['nvlinks'], { unavailable: string }>;

/** Percent of the time that a GPU works from which its link is taken to be awake. */
const awakePercent = 20;
/** Cards that are sold on a board that joins them by NVLink: SXM modules, by the names that the driver gives them. */
const joined = /SXM|80GB HBM3|H200(?! NVL)|H800$|H20$|B[123]00|GB[23]00/;

/** A slot that is narrower, a riser or a bent contact: the width does not change with the load. */
export function pcieWidth({ pcie }: GpuDetail): Judgement {
  return withReadings<[number, number]>([pcie.width, pcie.maxWidth], (width, most) => {
    const text = `PCIe ×${width} of ×${most}`;
    if (width >= most) return passed(text);
    return look(
      text,
      'Seat the card again and look which slot it is in: batches and offloaded states pass here.',
    );
  });
}

/** Links that have nothing to do drop to generation 1 to save power: a low one says something under load alone. */
export function pcieGeneration({ pcie, utilization }: GpuDetail): Judgement {
  return withReadings<[number, number]>([pcie.generation, pcie.maxGeneration], (generation, most) => {
    const text = `PCIe generation ${generation} of ${most}`;
    if (generation >= most) return passed(text);
    if ((known(utilization.gpuPercent) ?? 0) < awakePercent)
      return notTested(`${text}, at rest: idle links drop, and a probe shows it under load`);
    return look(`${text}, under load`, 'Look to the slot, its riser and the setting of the firmware.');
  });
}

/** NVLink between the GPUs that a run would use. Null where there are not two. */
export function nvlink(gpus: readonly Gpu[]): Check | null {
  const usable = usableOf(gpus);
  if (usable.length < 2) return null;
  return overGpus('nvlink', usable, ({ name, detail }) =>
    withReadings<[Links]>([isUnavailable(detail) ? detail : detail.nvlinks], (links) =>
      judgeLinks(name, links),
    ),
  );
}

function judgeLinks(name: string, links: Links): Judgement {
  const active = links.filter((link) => link.active).length;
  const action =
    'Look at nvidia-smi nvlink --status and, on an SXM board, whether nvidia-fabricmanager runs.';
  if (links.length > 0 && active === links.length) return passed(`${active} NVLinks, all active`);
  if (links.length > 0 && (active > 0 || joined.test(name)))
    return look(`${active} of ${links.length} NVLinks active: GPUs exchange more slowly`, action);
  if (joined.test(name)) return look('no NVLink is seen on a card that is sold with it', action);
  return passed(`no NVLink (${links.length} links, none mounted): GPUs exchange over PCIe`);
}

/** Ranks wait for each other: the least of different GPUs sets the pace and the batch. Null where there are not two. */
export function gpusAlike(gpus: readonly Gpu[]): Check | null {
  const usable = usableOf(gpus);
  if (usable.length < 2) return null;
  const kinds = new Map<string, Gpu[]>();
  for (const gpu of usable) {
    const total = known(gpu.memory.totalBytes);
    const kind = total === undefined ? gpu.name : `${gpu.name}, ${Math.round(total / 2 ** 30)} GiB`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), gpu]);
  }
  const id = 'gpus-alike';
  const unread = usable.filter(({ memory }) => isUnavailable(memory.totalBytes));
  // Of one name and of different memory only where both were read.
  if (unread.length > 0 && new Set(usable.map(({ name }) => name)).size === 1)
    return {
      id,
      status: 'not-tested',
      text: `All are ${usable[0]!.name}, and the memory of ${gpuNames(unread)} was not read`,
      action: '',
    };
  const text = [...kinds].map(([kind, members]) => `${gpuNames(members)}: ${kind}`).join('; ');
  if (kinds.size === 1) return { id, status: 'pass', text, action: '' };
  const action =
    'Train on those that are alike (--gpus, CUDA_VISIBLE_DEVICES): the least sets pace and batch for all.';
  return { id, status: 'look', text: `Different GPUs. ${text}`, action };
}
