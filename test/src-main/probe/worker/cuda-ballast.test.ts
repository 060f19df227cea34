import { join } from 'node:path';
import koffi from 'koffi';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openCuda } from '../../../../src-main/machine/cuda-driver.js';
import { openCudaMemory } from '../../../../src-main/probe/worker/cuda-ballast.js';
import { raisedMargin } from '../../../../src-main/probe/worker/margin.js';
import { compiler } from '../../../native/compile.js';
import { compileFakeCuda } from '../../../native/cuda.js';
import { type Cuda, playCuda } from '../rates/stage.js';

const mebi = 2 ** 20;
const freeBytes = 5 * 2 ** 30 + 40 * mebi;
const runnable = compiler !== undefined && process.platform === 'linux';

describe.skipIf(!runnable)(
  'ballast through the CUDA driver that is played (needs Linux and a C compiler)',
  () => {
    let played: Cuda;
    let memory: ReturnType<typeof openCudaMemory>;
    beforeAll(() => {
      const folder = compileFakeCuda({ nccl: false });
      played = playCuda(
        folder,
        `gpu GPU-a\nname H100\npci 0000:19:00.0\ntotal ${freeBytes}\nfree ${freeBytes}\n`,
      );
      for (const [name, value] of Object.entries(played.env)) vi.stubEnv(name, value);
      memory = openCudaMemory(openCuda(() => {}, koffi.load(join(folder, 'libcuda.so.1'))));
    });
    afterAll(() => {
      vi.unstubAllEnvs();
      played.remove();
    });
    const inMemory = () => played.ledger().left.filter((line) => line.startsWith('memory'));

    it('is taken and given back to the last byte', async () => {
      const held = await memory.hold(3 * 2 ** 30 + 7);
      expect(memory.freeBytes()).toBe(freeBytes - 3 * 2 ** 30 - 7);
      await held.release();
      expect(memory.freeBytes()).toBe(freeBytes);
      expect(inMemory()).toEqual([]);
    });

    it('that is not there is refused, and what was taken before is given back', async () => {
      await expect(memory.hold(6 * 2 ** 30)).rejects.toThrow('cuMemAlloc_v2 failed with 2: out of memory');
      expect(memory.freeBytes()).toBe(freeBytes);
      expect(inMemory()).toEqual([]);
    });

    it('takes all that is left, to 16 MiB', async () => {
      const rest = await memory.holdRest();
      expect(freeBytes - rest.bytes).toBe(8 * mebi);
      await rest.release();
      expect(memory.freeBytes()).toBe(freeBytes);
    });

    it('is what there is where the reserve is not', async () => {
      let release = async () => {};
      const holdRest = async () => {
        const rest = await memory.holdRest();
        release = rest.release;
        return rest;
      };
      const margin = await raisedMargin({ ...memory, holdRest }, 6 * 2 ** 30, async () => {});
      expect(freeBytes - margin).toBe(8 * mebi);
      await release();
      expect(memory.freeBytes()).toBe(freeBytes);
    });

    it('is the margin as far as a step runs with it', async () => {
      // A step that needs 1 GiB for itself beside the ballast.
      const step = async () => (await memory.hold(2 ** 30)).release();
      const reserve = 2 * 2 ** 30;
      expect(await raisedMargin(memory, reserve, step)).toBe(reserve);
      expect(memory.freeBytes()).toBeLessThan(16 * mebi); // the worker's end gives it back
    });

    it('is none where not even the reserve is there, and another failure is no margin', async () => {
      expect(await raisedMargin(memory, 2 ** 30, async () => {})).toBeLessThan(2 ** 30);
      const broken = async () => Promise.reject(new Error('CUDA failure 719'));
      await expect(raisedMargin(memory, 0, broken)).rejects.toThrow('CUDA failure 719');
    });
  },
);
