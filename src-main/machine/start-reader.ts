import { type Reading, unavailable } from '../contract/reading.js';
import { builtFile, type OwnProcess, startProcess } from './own-process.js';

// Little is imported here: a reader is started before the rest of this program is loaded, and reads meanwhile.

/** Processes that ask a driver or the system, which may hang or crash within a call, and write lines of JSON. */
export type ReaderName = 'nvml-reader' | 'cuda-reader' | 'data-disk-reader';

/** Has a reader read again and again, so many milliseconds apart, in place of once. */
export const everyVariable = 'PREFLIGHT_READ_EVERY_MS';

/** Where the data set lies, for the reader of its disk. */
export const dataVariable = 'PREFLIGHT_DATA';

/**
 * Starts a reader, or says why there is none. Its lines wait in the pipe until someone listens.
 * @param env variables beside this process's own
 */
export function startReader(
  name: ReaderName,
  file = builtFile(name),
  env: Readonly<Record<string, string>> = {},
): Reading<OwnProcess> {
  if (!file) return unavailable(`the ${name} is not built: run \`npm run build\``);
  return startProcess(file, { speaks: 'lines', env });
}
