import type { Live } from '../contract/channels.js';
import type { Gpu } from '../contract/machine.js';
import { readFreeMemory } from '../machine/host.js';
import { nvidiaGpus } from '../machine/nvidia-gpus.js';
import { watchNvml } from '../machine/nvml-watch.js';
import { processIdsAreOurs } from '../machine/pid-namespace.js';
import { Topic } from './topic.js';

const periodMs = 500;

/** The machine twice a second, while anybody listens: NVIDIA's GPUs, and the host's memory. */
export class LiveMachine {
  readonly topic = new Topic<Live>((listened) => this.turn(listened));
  private timer: NodeJS.Timeout | undefined;
  private stopReading = () => {};
  /** As last read: a driver may be slower than the readings that are told. */
  private gpus: Gpu[] | null = null;

  constructor(private readonly onFault: (error: unknown) => void) {}

  private turn(on: boolean): void {
    clearInterval(this.timer);
    this.stopReading();
    this.gpus = null;
    if (!on) return;
    const surroundings = { env: process.env, root: '/', processIds: processIdsAreOurs('/') };
    this.stopReading = watchNvml(periodMs, (nvml) => {
      this.gpus = nvidiaGpus(nvml, surroundings).gpus;
    });
    this.timer = setInterval(() => this.tell().catch(this.onFault), periodMs);
  }

  private async tell(): Promise<void> {
    // Whether there are GPUs is not known yet: to say that there are none would be wrong.
    if (this.gpus === null) return;
    const hostFreeBytes = await readFreeMemory();
    if (this.gpus !== null) this.topic.tell({ at: new Date().toISOString(), gpus: this.gpus, hostFreeBytes });
  }
}
