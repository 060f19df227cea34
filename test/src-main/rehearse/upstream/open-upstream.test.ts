import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Target } from '../../../../src-main/contract/target.js';
import { openUpstream } from '../../../../src-main/rehearse/upstream/open-upstream.js';
import { hasPython, makeCheckout, makeEnvironment } from '../../../support/upstream.js';
import { tree } from '../../machine/tree.js';

const folders: string[] = [];
const kept = (folder: string) => {
  folders.push(folder);
  return folder;
};
let checkout: string;
let python: string;

beforeAll(() => {
  if (!hasPython) return;
  checkout = kept(makeCheckout());
  python = kept(makeEnvironment());
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});
afterEach(() => vi.unstubAllEnvs());

const v12: Pick<Target, 'model' | 'task'> = { model: 'v1.2', task: 'train' };
const signal = new AbortController().signal;
const open = (asked: Partial<{ checkout: string; python: string }> = {}, target = v12) =>
  openUpstream({ checkout, python, ...asked }, target, signal);

describe.skipIf(!hasPython)('what --upstream and --python name', () => {
  it('are taken as an environment’s folder and as its interpreter', async () => {
    expect(await open()).toEqual({
      checkout: { folder: checkout, script: 'scripts/train.py' },
      python: join(python, 'bin/python'),
    });
    const program = join(python, 'bin/python3');
    expect(await open({ python: program })).toMatchObject({ python: program });
  });

  it('are refused where the checkout is none, or another version’s', async () => {
    await expect(open({ checkout: '/no/such' })).rejects.toThrow(
      '--upstream /no/such: there is no such folder; git clone --branch opensora/v1.2 https://github.com/hpcaitech/Open-Sora',
    );
    await expect(open({ checkout: python })).rejects.toThrow(
      /no checkout of Open-Sora, it has no scripts\/train\.py; git clone/,
    );
    await expect(open({}, { ...v12, model: 'v1.3' })).rejects.toThrow(
      `--upstream ${checkout}: Open-Sora v1.2, and the run is of v1.3; git -C ${checkout} switch opensora/v1.3`,
    );
    await expect(open({}, { ...v12, model: 'v2.0' })).rejects.toThrow(/switch main$/);
  });

  it.each([
    ['v1.0', ['scripts/train.py', 'opensora/models/stdit/stdit.py']],
    ['v1.1', ['scripts/train.py', 'opensora/models/stdit/stdit.py', 'opensora/models/stdit/stdit2.py']],
    ['v1.3', ['scripts/train.py', 'opensora/models/stdit/stdit3.py', 'opensora/models/vae_v1_3/vae.py']],
    ['v2.0', ['scripts/diffusion/train.py', 'opensora/models/mmdit/model.py']],
  ] as const)('are told apart by the files of each version: %s', async (model, files) => {
    const folder = kept(
      tree(Object.fromEntries([...files, 'opensora/__init__.py'].map((file) => [file, '']))),
    );
    const found = await open({ checkout: folder }, { ...v12, model });
    expect(found.checkout.script).toBe(files[0]);
  });

  it('are refused where there is no Python, or it lacks something, or sees no GPU', async () => {
    await expect(open({ python: '/etc' })).rejects.toThrow(
      '--python /etc: no Python there; name the folder of a venv or conda environment, or its bin/python',
    );
    const bare = kept(makeEnvironment(['torch', 'colossalai']));
    await expect(open({ python: bare })).rejects.toThrow(
      `--python ${bare}: torch does not load there (ModuleNotFoundError: No module named 'torch')`,
    );
    const half = kept(makeEnvironment(['colossalai']));
    await expect(open({ python: half })).rejects.toThrow(/: colossalai does not load there/);
    vi.stubEnv('STANDIN_GPUS', '0');
    await expect(open()).rejects.toThrow(/: PyTorch 2\.4\.0\+standin sees no GPU; /);
  });

  it('are refused where what is there is no Python', async () => {
    const folder = kept(tree({ 'bin/readme': '' }));
    symlinkSync('/bin/false', join(folder, 'bin/python'));
    await expect(open({ python: folder })).rejects.toThrow(/bin\/python: ended with 1$/);
  });

  it('take the checkout’s own opensora, and say what it lacks', async () => {
    const other = kept(makeEnvironment());
    const broken = kept(makeCheckout());
    writeFileSync(join(broken, 'opensora/__init__.py'), 'import flash_attn\n');
    await expect(open({ checkout: broken, python: other })).rejects.toThrow(
      /opensora does not load there \(ModuleNotFoundError: No module named 'flash_attn'\)/,
    );
  });

  it('are for training alone', async () => {
    await expect(open({}, { ...v12, task: 'infer' })).rejects.toThrow(
      '--upstream runs training steps: say --task train, or leave it out',
    );
  });
});
