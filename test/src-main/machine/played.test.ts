import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { machineSchema } from '../../../src-main/contract/machine.js';
import { compileFakeNvml, compiler } from '../../native/compile.js';
import { firstNamespace, openStage, rootWith } from './play.js';

const runnable = compiler !== undefined && process.platform === 'linux';
const fixtures = path.resolve(import.meta.dirname, '../../fixtures');

/** NUMA node 0 has the first half of the bus of the eight H100, node 1 the second. */
const numaNodes = Object.fromEntries(
  ['19', '3b', '4c', '5d', '9b', 'bb', 'cb', 'db'].map((bus, index) => [
    `sys/bus/pci/devices/0000:${bus}:00.0/numa_node`,
    index < 4 ? '0\n' : '1\n',
  ]),
);

// What pages and terminal are shown in tests is what the reader gives of the fixtures, recorded: after a change to the
// reader or a fixture, `npx vitest run test/src-main/machine/played.test.ts -u` records it anew.
describe.skipIf(!runnable)('the recorded machines (needs Linux and a C compiler)', () => {
  let stage: Awaited<ReturnType<typeof openStage>>;
  let library: string;
  beforeAll(async () => {
    stage = await openStage();
    library = compileFakeNvml();
  });
  afterAll(() => stage.close());

  it.each(['h100x8-healthy', 'h100x8', 'rtx4090x2', 'a100-mig', 'laptop', 'not-supported'])(
    '%s is what the reader gives',
    async (name) => {
      const root = rootWith(firstNamespace, name.startsWith('h100') ? numaNodes : {});
      const { gpus } = machineSchema.parse(stage.play({ library, fixture: `${name}.txt`, root }));
      const text = `${gpus.map((gpu) => JSON.stringify(gpu)).join(',\n')}`;
      await expect(`[\n${text}\n]\n`).toMatchFileSnapshot(path.join(fixtures, 'played', `${name}.json`));
    },
  );
});
