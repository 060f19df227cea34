import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { historyEntrySchema } from '../../contract/history.js';
import { writeAtomic } from '../write-atomic.js';

const rowSchema = z.object({
  /** Of the file, as it was when it was read: another time or size, and it is read again. */
  modifiedMs: z.number(),
  bytes: z.number(),
  /** What it holds, or why it could not be read. */
  found: z.union([z.object({ entry: historyEntrySchema }), z.object({ broken: z.string() })]),
});

const indexSchema = z.object({
  kind: z.literal('preflight-index'),
  version: z.literal(1),
  rows: z.record(z.string(), rowSchema),
});

export type IndexRow = z.infer<typeof rowSchema>;

const indexName = 'index.json';

/**
 * What is known of each file of a history. It only saves reading them: the files are what counts, so that it may be lost,
 * stale, or overwritten by another process at any time.
 */
export async function readIndex(home: string): Promise<Map<string, IndexRow>> {
  try {
    const parsed = indexSchema.parse(JSON.parse(await readFile(join(home, indexName), 'utf8')));
    return new Map(Object.entries(parsed.rows));
  } catch {
    return new Map();
  }
}

/** Where it cannot be written, the next list reads the files again. */
export async function writeIndex(home: string, rows: ReadonlyMap<string, IndexRow>): Promise<void> {
  const index = { kind: 'preflight-index', version: 1, rows: Object.fromEntries(rows) };
  await writeAtomic(join(home, indexName), JSON.stringify(index)).catch(() => {});
}
