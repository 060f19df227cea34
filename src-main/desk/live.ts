import type { Live } from '../contract/channels.js';
import { isUnavailable } from '../contract/evidence.js';
import type { Gpu } from '../contract/machine.js';
import { readFreeMemory } from '../machine/host.js';
import { nvidiaGpus } from '../machine/nvidia-gpus.js';
import { readNvml } from '../machine/nvml.js';
import { processIdsAreOurs } from '../machine/pid-namespace.js';
import { Topic } from './topic.js';

const periodMs = 500;

/** The machine twice a second, while anybody listens. */
export class LiveMachine {
  readonly topic = new Topic<Live>((listened) => this.turn(listened));
  private timer: NodeJS.Timeout | undefined;
  private gpus: Gpu[] = [];
  private reading = false;

  constructor(private readonly onFault: (error: unknown) => void) {}

  private turn(on: boolean): void {
    clearInterval(this.timer);
    if (!on) return;
    this.tick();
    this.timer = setInterval(() => this.tick(), periodMs);
  }

  private tick(): void {
    this.read().catch(this.onFault);
  }

  private async read(): Promise<void> {
    this.readGpus().catch(this.onFault);
    const hostFreeBytes = await readFreeMemory();
    this.topic.tell({ at: new Date().toISOString(), gpus: this.gpus, hostFreeBytes });
  }

  /** At its own pace, since a driver may be slow: the last that was read is told until then. */
  private async readGpus(): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    const nvml = await readNvml();
    this.gpus = nvidiaGpus(nvml, { env: process.env, root: '/', processIds: processIdsAreOurs('/') }).gpus;
    this.reading = isUnavailable(nvml);
  }
}
