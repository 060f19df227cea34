import { fileURLToPath } from 'node:url';
import { ensureBuilt } from '../../scripts/lib/build.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The folder of the built program, built now where the sources have changed since. */
export async function builtMain(): Promise<string> {
  return ensureBuilt(root);
}
