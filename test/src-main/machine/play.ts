import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { bundle } from '../../native/bundle.js';
import { tree } from './tree.js';

/** Process-id namespaces: Linux's first one, and one as in a container. */
export const firstNamespace = 'pid:[4026531836]';
export const containerNamespace = 'pid:[4026532999]';

/** A tree that stands in for Linux's files, with nothing in it but the process-id namespace. */
export const bareRoot = (namespace: string): string => rootWith(namespace, {});

/** The same with files (path to contents) in it. */
export function rootWith(namespace: string, files: Record<string, string>): string {
  const root = tree(files);
  mkdirSync(path.join(root, 'proc/self/ns'), { recursive: true });
  symlinkSync(namespace, path.join(root, 'proc/self/ns/pid'));
  return root;
}

export interface Stage {
  /** Folder of the fake NVML, or an empty one. */
  library: string;
  /** File in test/fixtures/machines. */
  fixture: string;
  root: string;
  /** UUID to sample instead of detecting. */
  sample?: string;
  env?: Record<string, string>;
}

/** Runs `child.ts` with the loader's path set, as the real library would be found, and parses what it prints. */
export async function openStage(): Promise<{
  play: (stage: Stage) => unknown;
  close: () => void;
  /** The bundled script, beside which lies what it starts. */
  script: string;
}> {
  const reader = (name: string) => path.resolve(import.meta.dirname, `../../../src-main/machine/${name}.ts`);
  const script = await bundle(path.join(import.meta.dirname, 'child.ts'), {
    'nvml-reader.js': reader('nvml-reader'),
    'cuda-reader.js': reader('cuda-reader'),
  });
  const fixtures = path.resolve(import.meta.dirname, '../../fixtures/machines');
  const play = ({ library, fixture, root, sample, env = {} }: Stage): unknown => {
    const { CUDA_VISIBLE_DEVICES: _hidden, CUDA_DEVICE_ORDER: _order, ...inherited } = process.env;
    const output = execFileSync(process.execPath, [script, root, ...(sample === undefined ? [] : [sample])], {
      encoding: 'utf8',
      env: { ...inherited, LD_LIBRARY_PATH: library, FAKE_NVML: path.join(fixtures, fixture), ...env },
    });
    return JSON.parse(output);
  };
  return { play, script, close: () => rmSync(path.dirname(script), { recursive: true, force: true }) };
}
