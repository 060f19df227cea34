import { createInterface } from 'node:readline';
import { z } from 'zod';
import { isUnavailable, type Reading, unavailable, unavailableSchema } from '../contract/evidence.js';
import type { OwnProcess } from './own-process.js';

const callingSchema = z.object({ calling: z.string() });

/**
 * The answer of a reader that gives one, or why there is none: what the reader says of it, that it ended without, or that
 * it did not answer in time, with the call that it was in.
 * @param who is asked, as people are told
 */
export function answerOf<T>(
  child: Reading<OwnProcess>,
  schema: z.ZodType<T>,
  who: string,
  deadlineMs: number,
): Promise<Reading<T>> {
  if (isUnavailable(child)) return Promise.resolve(child);
  return new Promise((resolve) => {
    let call = '';
    const end = (answer: Reading<T>) => {
      clearTimeout(late);
      child.abandon();
      resolve(answer);
    };
    const late = setTimeout(() => {
      end(unavailable(`${who} did not answer within ${deadlineMs / 1000} s${call && ` (${call})`}`));
    }, deadlineMs);
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const said = z.union([callingSchema, unavailableSchema, schema]).safeParse(parsed(line));
      if (!said.success) return; // a library's own output
      const calling = callingSchema.safeParse(said.data);
      if (calling.success) call = calling.data.calling;
      else end(said.data as Reading<T>);
    });
    child.onExit(({ code, signal }) => {
      const how = signal ?? (code === null ? 'not being started' : `code ${code}`);
      end(unavailable(`${who} ended its process by ${how}${call && ` (${call})`}`));
    });
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
