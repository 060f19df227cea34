import { builtFile, type OwnProcess, startProcess, startWithNode } from '../machine/own-process.js';

/** Starts a worker with the given variables beside this process's own. */
export type StartWorker = (env: Readonly<Record<string, string>>) => OwnProcess;

/** Workers that the build has: of a probe, of a rehearsal, and of the rates. */
type WorkerName = 'worker' | 'rehearsal-worker' | 'rates-worker';

/** Starts a built worker. */
export const workerStarter = (name: WorkerName): StartWorker => {
  return (env) => {
    const file = builtFile(name);
    if (!file) throw new Error(`the ${name} is not built: run \`npm run build\``);
    return startProcess(file, { env, speaks: 'messages' });
  };
};

/** Starts a probe's worker. */
export const forkWorker = workerStarter('worker');

/** Starts a file as a worker. @param execPath what runs it, in place of this Node */
export const forkFile = (file: string, execPath?: string): StartWorker => {
  return (env) => startWithNode(file, { env, speaks: 'messages' }, execPath);
};
