import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../support/cli.js';
import { hasPython, makeCheckout, makeEnvironment } from '../../support/upstream.js';

const folders: string[] = [];
const kept = (folder: string) => {
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

// By the built command line, whose scripts of Python are in the build as text.
describe.skipIf(!hasPython)('run --upstream --python', () => {
  let checkout: string;
  beforeAll(() => {
    checkout = kept(makeCheckout());
  });
  const run = (python: string, env: Record<string, string> = {}) =>
    runCli(
      'run --model v1.2 --task train --resolution 144p --frames 17 --device cpu'
        .split(' ')
        .concat(['--upstream', checkout, '--python', python]),
      { env },
    );

  it('ends before anything is measured where the environment lacks something', async () => {
    const python = kept(makeEnvironment(['colossalai']));
    expect(await run(python)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^preflight: --python \S+: colossalai does not load there \(ModuleNotFoundError: [^\n]*\n$/,
      ),
    });
  });

  it('ends before anything is measured where PyTorch sees no GPU', async () => {
    const { code, stderr } = await run(kept(makeEnvironment()), { STANDIN_GPUS: '0' });
    expect(stderr).toMatch(/^preflight: --python \S+: PyTorch 2\.4\.0\+standin sees no GPU; [^\n]*\n$/);
    expect(code).toBe(2);
  });
});
