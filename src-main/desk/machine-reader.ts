import type { Machine } from '../contract/machine.js';
import { measureMachine } from '../detect-rates.js';
import { detectMachine } from '../machine/detect.js';
import { Refusal } from './refusal.js';
import type { RunOptions } from './run-place.js';

/** How long a reading does for a plan, which asks again with every control that is moved. */
const recentMs = 10_000;

export interface MachineReaderOptions extends RunOptions {
  /** Where reports are kept, and so whose disk matters. */
  home: string;
  /** Ends a measurement. */
  signal: AbortSignal;
}

/** This machine, read once for all that ask at the same time. */
export class MachineReader {
  private underWay: Promise<Machine> | null = null;
  private last: { machine: Machine; at: number } | null = null;
  private measuringSince: string | null = null;

  constructor(private readonly options: MachineReaderOptions) {}

  /** As it is now. @throws UsageError as `detectMachine` */
  read(): Promise<Machine> {
    this.underWay ??= this.detect(false).finally(() => {
      this.underWay = null;
    });
    return this.underWay;
  }

  /** As it was some seconds ago, or is now. */
  async recent(): Promise<Machine> {
    if (this.last !== null && performance.now() - this.last.at < recentMs) return this.last.machine;
    return this.read();
  }

  /**
   * With its rates, for which the GPUs must be left alone.
   * @param other what uses them now, in words
   * @throws Refusal where something does
   */
  async measure(other: string | null): Promise<Machine> {
    if (other !== null) throw new Refusal(`${other}: measure the machine when it has ended`);
    this.refuseWhileMeasuring();
    this.measuringSince = new Date().toISOString();
    try {
      return await this.detect(true);
    } finally {
      this.measuringSince = null;
    }
  }

  /** @throws Refusal */
  refuseWhileMeasuring(): void {
    if (this.measuringSince === null) return;
    throw new Refusal(
      `the machine's rates are being measured since ${this.measuringSince}: wait some seconds`,
    );
  }

  private async detect(measure: boolean): Promise<Machine> {
    const { cudaLibs, data, home, signal } = this.options;
    const read = await detectMachine({ cudaLibs, data, workFolder: home });
    const wanted = { cudaLibs, force: false, signal, onStart: () => {} };
    const machine = measure ? await measureMachine(read, wanted) : read;
    this.last = { machine, at: performance.now() };
    return machine;
  }
}
