import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Live } from '../../../src-main/contract/channels.js';
import { compileFakeNvml, compiler } from '../../native/compile.js';
import { markedProcesses, until } from '../../support/processes.js';
import { Page, type Served, startServe } from '../../support/served.js';

const fixtures = join(import.meta.dirname, '../../fixtures/machines');

describe.skipIf(!compiler || process.platform !== 'linux')(
  'GPUs, live, by a stand-in for NVML (needs Linux and a C compiler)',
  () => {
    let home: string;
    let library: string;
    let served: Served;
    beforeAll(() => {
      home = mkdtempSync(join(tmpdir(), 'preflight-serve-'));
      library = compileFakeNvml();
    });
    afterEach(() => served.run.child.kill('SIGKILL'));
    afterAll(() => rmSync(home, { recursive: true, force: true }));

    const serveWith = async (fixture: string) => {
      served = await startServe(home, { LD_LIBRARY_PATH: library, FAKE_NVML: join(fixtures, fixture) });
    };
    const processes = () => markedProcesses(served.run.marker);

    it('are read by one process for all pages, which is there while any of them listens', async () => {
      await serveWith('h100x8.txt');
      const [first, second] = [await Page.open(served), await Page.open(served)];
      const heard = [first.listen('machine/live'), second.listen('machine/live')] as (() => Live[])[];
      await until('both are told', () => heard.every((live) => live().length > 0), 20_000);
      const readers = processes();
      expect(readers).toHaveLength(2);
      const { gpus, hostFreeBytes } = heard[0]!()[0]!;
      expect(gpus.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      expect(gpus[0]!.detail).toMatchObject({ generation: 'Hopper' });
      expect(hostFreeBytes).toBeGreaterThan(0);
      const before = heard[1]!().length;
      first.socket.terminate();
      await until('the other is told on', () => heard[1]!().length > before + 2, 20_000);
      expect(processes()).toEqual(readers);
      second.socket.terminate();
      await until('nobody reads', () => processes().length === 1, 5000);
    }, 60_000);

    it('that hang in the driver leave the page everything else, and say so', async () => {
      await serveWith('hangs-in-detail.txt');
      const page = await Page.open(served);
      const heard = page.listen('machine/live') as () => Live[];
      expect(await page.ask('run/state', {})).toBeNull();
      await until('it is told', () => heard().length > 1, 30_000);
      const { gpus, hostFreeBytes } = heard()[0]!;
      expect(hostFreeBytes).toBeGreaterThan(0);
      expect(gpus.map(({ memory }) => typeof memory.usedBytes)).toEqual(['number', 'number', 'number']);
      expect(gpus[1]!.detail).toEqual({
        unavailable: 'NVML did not answer within 5 s (nvmlDeviceGetTemperature, GPU 1)',
      });
      await until('the hung process is gone', () => processes().length === 1, 5000);
    }, 60_000);

    it('leave no process behind when the server is killed', async () => {
      await serveWith('h100x8.txt');
      const page = await Page.open(served);
      const heard = page.listen('machine/live');
      await until('it is told', () => heard().length > 0, 20_000);
      served.run.child.kill('SIGKILL');
      await until('nothing is left', () => processes().length === 0, 5000);
    }, 60_000);
  },
);
