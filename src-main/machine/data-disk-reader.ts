import { writeSync } from 'node:fs';
import { unavailable } from '../contract/reading.js';
import { UsageError } from '../contract/usage-error.js';
import { endWithParent } from '../probe/worker/process.js';
import { readDataDisk } from './disks.js';
import { dataVariable } from './start-reader.js';

// A process of its own: a share that is gone holds up who asks for it, and a thread of Node's that waits there holds up
// the end of its whole process.

const standardOutput = 1;

endWithParent();
const answer = await readDataDisk(process.env[dataVariable] ?? '').catch((error: unknown) =>
  error instanceof UsageError ? { refused: error.message } : unavailable(String(error)),
);
writeSync(standardOutput, `${JSON.stringify(answer)}\n`);
