import { type Reading, unavailable } from '../contract/reading.js';
import { builtFile, type OwnProcess, startProcess } from './own-process.js';

// Little is imported here: a reader is started before the rest of this program is loaded, and reads meanwhile.

/** Processes that ask a driver or the system, which may hang or crash within a call, and write lines of JSON. */
export type ReaderName = 'nvml-reader';

/** Starts a reader, or says why there is none. Its lines wait in the pipe until someone listens. */
export function startReader(name: ReaderName, file = builtFile(name)): Reading<OwnProcess> {
  if (!file) return unavailable(`the ${name} is not built: run \`npm run build\``);
  return startProcess(file, { speaks: 'lines' });
}
