import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefixOf = (pid: number) => `preflight-profile-${pid}-`;

/** Makes a folder for the profile that ONNX Runtime writes in this process. */
export function makeProfileFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), prefixOf(process.pid)));
}

/**
 * The JSON of the profile in a folder: of several the longest, since a session that was refused for its nodes has left
 * one too, of nothing but loading.
 * @throws Error where there is none
 */
export async function readLongestProfile(folder: string): Promise<string> {
  const files = await readdir(folder);
  const profiles = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const [longest] = profiles.sort((a, b) => b.length - a.length);
  if (longest === undefined) throw new Error('ONNX Runtime wrote no profile');
  return longest;
}

/** Removes what a worker that was killed could not. */
export async function removeProfileFolders(pid: number): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names.filter((found) => found.startsWith(prefixOf(pid))))
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => {});
}
