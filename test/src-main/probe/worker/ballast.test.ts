import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { graphBallast } from '../../../../src-main/probe/worker/ballast.js';
import { ownMemory } from '../../../../src-main/probe/worker/own-memory.js';

const bytes = 512 * 2 ** 20;

/** Has the engine collect what nothing refers to, and native code free what belonged to that. */
async function collectGarbage() {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 3; round++) {
    collect();
    await setTimeout(20);
  }
}

describe.skipIf(ownMemory() === null)('ballast of a graph', () => {
  it('is resident until it is released, also where nobody keeps it', async () => {
    const resident = () => ownMemory()!.resident;
    const hold = graphBallast('cpu');
    await hold(2 ** 20);
    await collectGarbage();
    const before = resident();
    await hold(bytes);
    await collectGarbage();
    expect((resident() - before) / bytes).toBeGreaterThan(0.95);
    const more = await hold(bytes);
    expect((resident() - before) / bytes).toBeGreaterThan(1.95);
    await more.release();
    await collectGarbage();
    const left = (resident() - before) / bytes;
    expect(left).toBeGreaterThan(0.95);
    expect(left).toBeLessThan(1.2);
  });
});
