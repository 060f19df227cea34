import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefixOf = (pid: number) => `preflight-profile-${pid}-`;

/** Makes a folder for the profile that ONNX Runtime writes in this process. */
export function makeProfileFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), prefixOf(process.pid)));
}

/** Removes what a worker that was killed could not. */
export async function removeProfileFolders(pid: number): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names.filter((found) => found.startsWith(prefixOf(pid))))
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => {});
}
