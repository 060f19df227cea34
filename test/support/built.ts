import { ensureBuilt } from '../../scripts/lib/build.mjs';

/** The folder of the built program, built now where the sources have changed since; tests and benches run in the checkout's root. */
export async function builtMain(): Promise<string> {
  return ensureBuilt(process.cwd());
}
