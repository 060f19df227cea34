import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { pythonSchema } from '../../../src-main/contract/machine.js';
import { readPython } from '../../../src-main/machine/python-environment.js';
import { tree } from './tree.js';

const metadata = (name: string, version: string) =>
  `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\nSummary: x\n\nVersion: 9.9.9\n`;
const site = 'env/lib/python3.10/site-packages';
/** As pip leaves them, with the suffix of PyTorch's own index. */
const wheels = {
  [`${site}/torch-2.4.0+cu121.dist-info/METADATA`]: metadata('torch', '2.4.0+cu121'),
  [`${site}/torchvision-0.19.0.dist-info/METADATA`]: metadata('torchvision', '0.19.0'),
  [`${site}/flash_attn-2.6.3.dist-info/METADATA`]: metadata('flash-attn', '2.6.3'),
  [`${site}/liger_kernel-0.5.2.dist-info/METADATA`]: metadata('liger_kernel', '0.5.2'),
};
const notInstalled = { unavailable: 'not installed' };

describe('a Python environment', () => {
  it('gives the versions in its metadata', () => {
    const root = tree({ ...wheels, 'env/pyvenv.cfg': 'home = /usr/bin\nversion = 3.10.12\n' });
    expect(pythonSchema.parse(readPython(undefined, { VIRTUAL_ENV: `${root}/env` }))).toEqual({
      path: `${root}/env`,
      pythonVersion: '3.10.12',
      packages: {
        torch: '2.4.0+cu121',
        colossalai: notInstalled,
        'flash-attn': '2.6.3',
        xformers: notInstalled,
        apex: notInstalled,
        'liger-kernel': '0.5.2',
      },
    });
  });

  it.each(['env', site, `${site}/nvidia/cublas/lib`])('is found from --cuda-libs %s', (folder) => {
    const root = tree({ ...wheels, [`${site}/nvidia/cublas/lib/libcublas.so.12`]: '' });
    expect(readPython(path.join(root, folder), {})).toMatchObject({
      path: `${root}/env`,
      pythonVersion: '3.10',
      packages: { torch: '2.4.0+cu121' },
    });
  });

  it('is the active one where --cuda-libs is a toolkit', () => {
    const root = tree({ ...wheels, 'cuda/lib64/libcublas.so.12': '' });
    const found = readPython(`${root}/cuda`, { CONDA_PREFIX: `${root}/env` });
    expect(found).toMatchObject({ path: `${root}/env` });
    expect(readPython(`${root}/cuda`, {})).toEqual({
      unavailable: `no site-packages of a Python environment in ${root}/cuda`,
    });
    expect(readPython(undefined, { VIRTUAL_ENV: '' })).toHaveProperty('unavailable');
  });

  it('reads eggs, in a folder or a file', () => {
    const root = tree({
      [`${site}/apex-0.1-py3.10.egg-info/PKG-INFO`]: metadata('apex', '0.1'),
      [`${site}/colossalai-0.3.7.egg-info`]: metadata('colossalai', '0.3.7'),
    });
    expect(readPython(`${root}/env`, {})).toMatchObject({ packages: { apex: '0.1', colossalai: '0.3.7' } });
  });

  it('says of a version that it cannot give why', () => {
    const root = tree({
      [`${site}/torch-2.4.0.dist-info/METADATA`]: metadata('torch', '2.4.0'),
      [`${site}/torch-2.5.1.dist-info/METADATA`]: metadata('torch', '2.5.1'),
      [`${site}/apex-0.1.dist-info/METADATA`]: metadata('apex', '\u001b[31m0.1'),
      [`${site}/xformers-0.0.27.dist-info/RECORD`]: '',
      'env/pyvenv.cfg': 'include-system-site-packages = true\n',
    });
    expect(readPython(`${root}/env`, {})).toMatchObject({
      packages: {
        torch: { unavailable: 'installed more than once: 2.4.0, 2.5.1' },
        apex: { unavailable: 'installed, but its metadata gives no version' },
        xformers: { unavailable: 'installed, but its metadata gives no version' },
        colossalai: { unavailable: expect.stringMatching(/^not in it; the system/) },
      },
    });
  });

  it.skipIf(process.platform !== 'linux')(
    'is not held up by what is no file, nor by one that has no end',
    () => {
      const root = tree({ [`${site}/apex-0.1.dist-info/METADATA`]: metadata('apex', '0.1') });
      const info = (name: string) => path.join(root, site, `${name}.dist-info`);
      for (const name of ['torch-2.4.0', 'xformers-0.0.27', 'flash_attn-2.6.3', 'liger_kernel-0.5.2'])
        mkdirSync(info(name));
      execFileSync('mkfifo', [path.join(info('torch-2.4.0'), 'METADATA'), path.join(root, 'env/pyvenv.cfg')]);
      symlinkSync('/dev/zero', path.join(info('xformers-0.0.27'), 'METADATA'));
      mkdirSync(path.join(info('flash_attn-2.6.3'), 'METADATA'));
      const large = path.join(info('liger_kernel-0.5.2'), 'METADATA');
      writeFileSync(large, metadata('liger_kernel', '0.5.2'));
      truncateSync(large, 2 ** 33);
      const unread = { unavailable: 'installed, but its metadata gives no version' };
      expect(readPython(`${root}/env`, {})).toMatchObject({
        pythonVersion: '3.10',
        packages: {
          torch: unread,
          xformers: unread,
          'flash-attn': unread,
          'liger-kernel': '0.5.2',
          apex: '0.1',
        },
      });
    },
  );
});
