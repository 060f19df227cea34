import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TargetFlags } from '../../src-main/contract/target-flags.js';
import { type FileTarget, targetFromFile } from '../../src-main/predict/config/target-from-file.js';

const root = join(process.cwd(), 'test/fixtures/opensora');

/** Folder of upstream's published configs of v2.0 for a task, where `_base_` finds them. */
export function baseFolder(task: 'train' | 'infer'): string {
  return join(root, 'v2.0', task === 'train' ? 'train' : 'inference');
}

/** The target of one of upstream's configs in test/fixtures/opensora, with flags beside it. */
export function published(path: string, given: Partial<TargetFlags> = {}): FileTarget {
  const folder = join(root, path, '..');
  const text = readFileSync(join(root, path), 'utf8');
  return targetFromFile(text, path.split('/').at(-1)!, given, (base) =>
    readFileSync(join(folder, base), 'utf8'),
  );
}
