import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Reading, unavailable } from '../../contract/evidence.js';
import type { Target } from '../../contract/target.js';
import { UsageError } from '../../contract/usage-error.js';

type Version = Target['model'];

/** Open-Sora's own code, of the version that the run is of. */
export interface Checkout {
  folder: string;
  /** The script that trains, from the folder. */
  script: string;
}

const repository = 'https://github.com/hpcaitech/Open-Sora';

/** For each version, newest first, a file that no older one has, and the branch that holds it. */
const versions: readonly { version: Version; mark: string; branch: string }[] = [
  { version: 'v2.0', mark: 'opensora/models/mmdit/model.py', branch: 'main' },
  { version: 'v1.3', mark: 'opensora/models/vae_v1_3/vae.py', branch: 'opensora/v1.3' },
  { version: 'v1.2', mark: 'opensora/models/stdit/stdit3.py', branch: 'opensora/v1.2' },
  { version: 'v1.1', mark: 'opensora/models/stdit/stdit2.py', branch: 'opensora/v1.1' },
  { version: 'v1.0', mark: 'opensora/models/stdit/stdit.py', branch: 'opensora/v1.0' },
];

/**
 * The checkout at a folder. The version is told by its files: setup.py of v1.3 still says 1.2.0.
 * @throws UsageError where there is none, or of another version
 */
export function checkoutAt(given: string, model: Version): Checkout {
  const folder = path.resolve(given);
  const { branch } = versions.find(({ version }) => version === model)!;
  const clone = `git clone --branch ${branch} ${repository}`;
  if (!existsSync(folder)) throw new UsageError(`--upstream ${given}: there is no such folder; ${clone}`);
  const script = trainingScript(model);
  const found = versions.find(
    ({ version, mark }) =>
      existsSync(path.join(folder, mark)) && existsSync(path.join(folder, trainingScript(version))),
  );
  if (!found)
    throw new UsageError(`--upstream ${given}: no checkout of Open-Sora, it has no ${script}; ${clone}`);
  if (found.version !== model)
    throw new UsageError(
      `--upstream ${given}: Open-Sora ${found.version}, and the run is of ${model}; git -C ${given} switch ${branch}`,
    );
  return { folder, script };
}

const trainingScript = (model: Version) =>
  model === 'v2.0' ? 'scripts/diffusion/train.py' : 'scripts/train.py';

/** The commit, and whether tracked files differ from it. */
export async function commitOf({ folder }: Checkout): Promise<Reading<string>> {
  const commit = await git(folder, 'rev-parse', 'HEAD');
  if (typeof commit !== 'string') return commit;
  const changed = await git(folder, 'status', '--porcelain', '--untracked-files=no');
  return typeof changed === 'string' && changed === '' ? commit : `${commit} with changes`;
}

function git(folder: string, ...args: string[]): Promise<Reading<string>> {
  return new Promise((resolve) => {
    execFile('git', ['-C', folder, ...args], { timeout: 20_000 }, (error, stdout, stderr) => {
      if (!error) resolve(stdout.trim());
      else resolve(unavailable(`git: ${(stderr.trim() || error.message).split('\n')[0]}`));
    });
  });
}
