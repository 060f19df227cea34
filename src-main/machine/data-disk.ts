import { z } from 'zod';
import { isUnavailable, type Reading } from '../contract/evidence.js';
import { type DataDisk, dataDiskSchema } from '../contract/machine.js';
import { UsageError } from '../contract/usage-error.js';
import { answerOf } from './answer-of.js';
import { dataVariable, startReader } from './start-reader.js';

/** It spends up to a second on reading, and on a busy machine some on its start. */
const deadlineMs = 8000;
const answerSchema = z.union([dataDiskSchema, z.object({ refused: z.string() })]);

/**
 * What `readDataDisk` answers, from a process of its own that is given up where the disk does not answer.
 * @param data `--data PATH`
 * @throws UsageError where there is no such folder or file, or it cannot be read
 */
export async function askDataDisk(data: string): Promise<Reading<DataDisk>> {
  const reader = startReader('data-disk-reader', undefined, { [dataVariable]: data });
  const answer = await answerOf(reader, answerSchema, `the disk of ${data}`, deadlineMs);
  if (!isUnavailable(answer) && 'refused' in answer) throw new UsageError(answer.refused);
  return answer;
}
