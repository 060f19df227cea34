import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Machine, machineSchema } from '../../../src-main/contract/machine.js';
import { askNvml } from '../../../src-main/machine/nvml-ask.js';
import { assemble } from '../../../src-main/machine/nvml-assemble.js';
import { startReader } from '../../../src-main/machine/start-reader.js';
import { bundle } from '../../native/bundle.js';
import { compileFakeNvml, compiler } from '../../native/compile.js';
import { bareRoot, firstNamespace, openStage, type Stage } from './play.js';

const runnable = compiler !== undefined && process.platform === 'linux';
const source = path.resolve(import.meta.dirname, '../../../src-main/machine/nvml-reader.ts');
const fixtures = path.resolve(import.meta.dirname, '../../fixtures/machines');

// Each fixture has three H100s, of which the one in the middle is in trouble.
describe.skipIf(!runnable)('a driver in trouble (needs Linux and a C compiler)', () => {
  let stage: Awaited<ReturnType<typeof openStage>>;
  let library: string;
  const detect = (wanted: Partial<Stage> & { fixture: string }): Machine =>
    machineSchema.parse(stage.play({ library, root: bareRoot(firstNamespace), ...wanted }));
  const usable = (machine: Machine) => machine.gpus.map(({ runsOpenSora }) => runsOpenSora.ok);

  beforeAll(async () => {
    stage = await openStage();
    library = compileFakeNvml();
  });
  afterAll(() => stage.close());

  it('ends a call that never comes back, keeps what was read before it, and leaves no process behind', () => {
    const machine = detect({ fixture: 'hangs-in-detail.txt' });
    const late = { unavailable: 'NVML did not answer within 2 s (nvmlDeviceGetTemperature, GPU 1)' };
    expect(machine.gpus.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(machine.gpus.map(({ memory }) => memory.usedBytes)).toEqual([0, 0, 0]);
    expect(machine.gpus[0]!.detail).toMatchObject({ generation: 'Hopper', persistence: true });
    expect(machine.gpus[1]!.detail).toEqual(late);
    expect(machine.gpus[2]!.detail).toEqual(late);
    expect(usable(machine)).toEqual([true, true, true]);
    expect(readersLeft()).toEqual([]);
  });

  it('takes a GPU whose memory cannot be read in time for one that cannot be used', () => {
    const machine = detect({ fixture: 'hangs-at-once.txt' });
    const late = 'NVML did not answer within 2 s (nvmlDeviceGetMemoryInfo_v2, GPU 1)';
    expect(machine.gpus.map(({ index }) => index)).toEqual([0, null, null]);
    expect(usable(machine)).toEqual([true, false, false]);
    expect(machine.gpus[1]!.runsOpenSora.reason).toBe(late);
    expect(machine.gpus[1]!.memory.freeBytes).toEqual({ unavailable: late });
    expect(machine.gpus[1]!.driverVersion).toBe('550.54.15');
    expect(machine.gpus[0]!.memory.usedBytes).toBe(0);
    expect(machine.gpus[0]!.detail).toEqual({ unavailable: late });
  });

  it('outlives a driver that crashes its process', () => {
    const machine = detect({ fixture: 'crashes.txt' });
    const dead = 'NVML ended its process by SIGSEGV (nvmlDeviceGetPersistenceMode, GPU 1)';
    expect(machine.gpus[0]!.detail).toMatchObject({ persistence: true });
    expect(machine.gpus[1]!.detail).toEqual({ unavailable: dead });
    expect(usable(machine)).toEqual([true, true, true]);
  });

  it('sees a GPU that falls off the bus while it is read', () => {
    const machine = detect({ fixture: 'lost-midway.txt' });
    const lost = (call: string) => ({ unavailable: `${call}: NVML_ERROR_GPU_IS_LOST` });
    expect(machine.gpus[1]!.detail).toMatchObject({
      generation: 'Hopper',
      temperatures: { gpuCelsius: lost('nvmlDeviceGetTemperature') },
      persistence: lost('nvmlDeviceGetPersistenceMode'),
      nvlinks: lost('nvmlDeviceGetNvLinkState'),
    });
    expect(machine.gpus.map(({ index }) => index)).toEqual([0, null, 1]);
    expect(usable(machine)).toEqual([true, false, true]);
    expect(machine.gpus[1]!.runsOpenSora.reason).toBe('the driver lists this GPU and cannot reach it');
    expect(machine.checks.find(({ id }) => id === 'gpu-reachable')).toMatchObject({
      status: 'fail',
      gpus: [],
    });
  });

  describe('the deadlines', () => {
    let reader: string;
    beforeAll(async () => {
      reader = await bundle(source);
      vi.stubEnv('LD_LIBRARY_PATH', library);
    });
    afterAll(() => vi.unstubAllEnvs());
    const ask = async (fixture: string, patience: Parameters<typeof askNvml>[1]) => {
      vi.stubEnv('FAKE_NVML', path.join(fixtures, fixture));
      const { messages, ending } = await askNvml(startReader('nvml-reader', reader), patience);
      return { machine: assemble(messages, ending), ending };
    };

    it('give the calls that start a GPU more time than the others', async () => {
      const { machine } = await ask('hangs-in-init.txt', { callMs: 1, wakingMs: 4000, totalMs: 30_000 });
      expect(machine).toEqual({ unavailable: 'NVML did not answer within 4 s (nvmlInit_v2)' });
    });

    it('hold for all calls together, too', async () => {
      // Two calls of one GPU take 2 s each.
      const { ending } = await ask('slow.txt', { callMs: 20_000, wakingMs: 20_000, totalMs: 3000 });
      expect(ending).toMatch(/^NVML did not answer within 3 s/);
    });

    it('say so where the reader is not built', async () => {
      const { messages, ending } = await askNvml(startReader('nvml-reader', ''));
      expect(assemble(messages, ending)).toEqual({
        unavailable: 'the nvml-reader is not built: run `npm run build`',
      });
    });
  });

  it('asks nvidia-smi where the library cannot be loaded, and says so', () => {
    // An older one, which refuses a query with a field that it does not know.
    const machine =
      withSmi(`case "$1" in *compute_cap*) echo 'Field "compute_cap" is not a valid field to query.'; exit 2;; esac
[ "$2" = --format=csv,noheader,nounits ] || exit 3
echo '0, NVIDIA A10, GPU-1234, 00000000:17:00.0, 23028, 1024, 22004, 460.32.03'
echo '1, NVIDIA A10, GPU-5678, 00000000:65:00.0, [N/A], [N/A], [N/A], 460.32.03'`);
    expect(machine.gpus[0]).toMatchObject({
      index: 0,
      name: 'NVIDIA A10',
      uuid: 'GPU-1234',
      pciAddress: '00000000:17:00.0',
      memory: { totalBytes: 23_028 * 2 ** 20, usedBytes: 2 ** 30, freeBytes: 22_004 * 2 ** 20 },
      driverVersion: '460.32.03',
      computeCapability: { unavailable: 'nvidia-smi: not listed' },
    });
    expect(machine.gpus[1]!.memory.totalBytes).toEqual({ unavailable: 'nvidia-smi: [N/A]' });
    const { detail } = machine.gpus[0]!;
    expect(detail).toHaveProperty('unavailable');
    expect(JSON.stringify(detail)).toMatch(/read by nvidia-smi, which gives no more: NVML is not there: lib/);
  });

  it.each([
    ['a message in place of GPUs', "echo 'No devices were found'", 'it lists no GPU'],
    ['nothing', 'true', 'nvidia-smi gives nothing either'],
    ['no end', 'exec sleep 600', 'nvidia-smi did not answer within 5 s either'],
  ])('takes %s of nvidia-smi for no GPU', (_, line, reason) => {
    const machine = withSmi(line);
    expect(machine.gpus).toEqual([]);
    expect(machine.checks[0]).toMatchObject({ id: 'gpu-present', text: expect.stringContaining(reason) });
  });

  it('takes from nvidia-smi no figure that cannot be, and a name with a comma as it is', () => {
    const { gpus } = withSmi(`cat <<'END'
0, NVIDIA A10, GPU-0, 00000000:17:00.0, 99999999999999999999, 0, 22004, 460.32, 8.6
1, NVIDIA A10, the second, GPU-1, 00000000:65:00.0, 0, 0, 0, 460.32, 8.6
END`);
    expect(gpus.map(({ name }) => name)).toEqual(['NVIDIA A10', 'NVIDIA A10, the second']);
    const totals = gpus.map(({ memory }) => memory.totalBytes);
    expect(totals).toEqual([
      { unavailable: 'nvidia-smi: 99999999999999999999' },
      { unavailable: 'nvidia-smi: a memory of 0' },
    ]);
  });

  it('leaves no process behind where it is killed while the driver hangs', async () => {
    const env = {
      ...process.env,
      LD_LIBRARY_PATH: library,
      FAKE_NVML: path.join(fixtures, 'hangs-in-init.txt'),
    };
    const child = spawn(process.execPath, [stage.script, bareRoot(firstNamespace)], { env, stdio: 'ignore' });
    await vi.waitFor(() => expect(readersLeft()).toHaveLength(1), { timeout: 20_000 });
    // Time to be within the call; it is right earlier, too.
    await setTimeout(300);
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(readersLeft()).toEqual([]), { timeout: 20_000 });
  });

  /** A machine without NVML's library, and with an nvidia-smi that does so. */
  function withSmi(commands: string): Machine {
    const empty = mkdtempSync(path.join(tmpdir(), 'preflight-none-'));
    writeFileSync(path.join(empty, 'nvidia-smi'), `#!/bin/sh\n${commands}\n`, { mode: 0o755 });
    const env = { PATH: `${empty}:${process.env.PATH}` };
    return detect({ fixture: 'no-driver.txt', library: empty, env });
  }

  /** Processes of this test's readers that still run. */
  function readersLeft(): string[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        } catch {
          return ''; // ended since
        }
      })
      .filter((line) => line.includes(`${path.dirname(stage.script)}/nvml-reader.js`));
  }
});
