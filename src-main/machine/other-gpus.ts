import type { Systeminformation } from 'systeminformation';
import { type Reading, unavailable } from '../contract/evidence.js';
import type { Gpu } from '../contract/machine.js';
import { type DisplayAdapter, readDisplayAdapters } from './display-adapters.js';

const makers = { nvidia: 'NVIDIA', amd: 'AMD', intel: 'Intel', apple: 'Apple' };

export type GraphicsController = Pick<
  Systeminformation.GraphicsControllerData,
  'vendor' | 'model' | 'busAddress' | 'vram' | 'vramDynamic'
>;

/**
 * The GPUs that NVML does not cover. On Linux sysfs says which there are, and systeminformation is asked for their
 * names alone: it starts lspci and nvidia-smi, so not where only NVIDIA or a server's display chip is found.
 * @param root where Linux's files lie
 * @param deadlineMs after which the names are given up
 */
export async function readOtherGpus(root = '/', deadlineMs = 2000): Promise<Gpu[]> {
  if (process.platform !== 'linux') {
    const found = await readControllers(deadlineMs);
    return found.map((controller) => fromController(controller));
  }
  const adapters = readDisplayAdapters(root);
  const named = adapters.some(({ vendor }) => vendor === 'amd' || vendor === 'intel');
  const controllers = named ? await readControllers(deadlineMs) : [];
  return adapters.map((adapter) => fromAdapter(adapter, controllers));
}

async function readControllers(deadlineMs: number): Promise<GraphicsController[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<GraphicsController[]>((resolve) => {
    timer = setTimeout(resolve, deadlineMs, []);
  });
  try {
    return await Promise.race([
      import('systeminformation').then(async ({ graphics }) => (await graphics()).controllers),
      late,
    ]);
  } finally {
    clearTimeout(timer);
  }
}

/** A GPU of Linux, with the name that systeminformation has for its PCI address. */
export function fromAdapter(adapter: DisplayAdapter, controllers: readonly GraphicsController[]): Gpu {
  const controller = controllers.find(
    ({ busAddress }) => busAddress && adapter.pciAddress.endsWith(busAddress.toLowerCase()),
  );
  const { totalBytes, usedBytes } = adapter.memory;
  const freeBytes =
    typeof totalBytes === 'number' && typeof usedBytes === 'number'
      ? Math.max(0, totalBytes - usedBytes)
      : unavailable("this GPU's driver reports no free video memory");
  return {
    ...bareGpu(adapter.vendor),
    name: controller?.model || unnamed(adapter),
    pciAddress: adapter.pciAddress,
    memory: { totalBytes, freeBytes, usedBytes },
  };
}

/** A GPU of Windows or macOS. */
export function fromController(controller: GraphicsController): Gpu {
  const vendor = vendorOf(controller);
  return {
    ...bareGpu(vendor),
    name: controller.model || 'display adapter without a name',
    pciAddress: controller.busAddress || unavailable('systeminformation gives no PCI address here'),
    memory: {
      totalBytes: totalOf(controller, vendor),
      freeBytes: unavailable("systeminformation does not read this GPU's free memory"),
      usedBytes: unavailable("systeminformation does not read this GPU's used memory"),
    },
  };
}

function vendorOf({ vendor, model }: GraphicsController): Gpu['vendor'] {
  // Whole words of the maker's own field: "Corporation" contains "ati". A virtual adapter has no such field.
  if (/\bnvidia\b/i.test(vendor)) return 'nvidia';
  if (/\b(amd|ati|advanced micro devices)\b/i.test(vendor)) return 'amd';
  if (/\bintel\b/i.test(vendor)) return 'intel';
  return /\bapple\b/i.test(`${vendor} ${vendor ? model : ''}`) ? 'apple' : 'other';
}

function totalOf({ vram, vramDynamic }: GraphicsController, vendor: Gpu['vendor']): Reading<number> {
  if (vendor === 'apple') return unavailable("the GPU shares the host's memory");
  if (vram === null || vramDynamic)
    return unavailable('systeminformation gives no video memory of its own for this GPU');
  return vram * 1024 * 1024; // given in MiB
}

function bareGpu(vendor: Gpu['vendor']) {
  const driverless = unavailable(
    vendor === 'nvidia'
      ? 'NVML does not show this GPU: is the NVIDIA driver installed and running?'
      : 'not an NVIDIA GPU',
  );
  return {
    index: null,
    vendor,
    uuid: driverless,
    computeCapability: driverless,
    processes: unavailable('only the NVIDIA driver lists the processes on a GPU'),
    driverVersion: unavailable('only read of the NVIDIA driver'),
    cudaVersion: driverless,
    detail: driverless,
    runsOpenSora: { ok: false, reason: reasonAgainst(vendor) },
  };
}

function unnamed({ vendor, vendorId, deviceId }: DisplayAdapter): string {
  const maker = vendor === 'other' ? '' : `${makers[vendor]} `;
  return `${maker}display adapter ${vendorId.slice(2)}:${deviceId.slice(2)}`;
}

function reasonAgainst(vendor: Gpu['vendor']): string {
  if (vendor === 'nvidia') return 'CUDA cannot use this GPU until its driver works';
  if (vendor === 'other') return 'a display adapter without CUDA, which Open-Sora needs';
  return `Open-Sora needs CUDA (ColossalAI, FlashAttention, xformers), which ${makers[vendor]} GPUs do not have`;
}
