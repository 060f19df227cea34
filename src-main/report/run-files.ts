import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Probe, probeSchema } from '../contract/probe.js';
import type { Report } from '../contract/report.js';
import { UsageError } from '../contract/usage-error.js';
import { parseReport } from './parse-report.js';
import { type RunIdentity, runIdentitySchema } from './run-identity.js';
import { lockName } from './run-lock.js';
import { isTemporary } from './write-atomic.js';

/** Names inside a run folder. `run.json` says whose it is; a probe is a file of its own, numbered as they ended. */
export const runFiles = {
  run: 'run.json',
  report: 'report.json',
  page: 'report.html',
  probes: 'probes',
  /** The run's target where no flags name it, for the command that makes the report again. */
  target: 'target.json',
};

const probeName = /^(\d{3,})\.json$/;
const ignored = new Set(['.DS_Store', 'Thumbs.db', 'lost+found']);

export const runFileSchema = z.object({ kind: z.literal('preflight-run'), identity: runIdentitySchema });

/** What a folder holds of a run so far. */
export interface RunContents {
  identity: RunIdentity | null;
  report: Report | null;
  /** Probes by file number. */
  probes: Map<number, Probe>;
}

/**
 * Reads a run folder without changing it.
 * @throws UsageError for unrelated files, and for a file of ours that cannot be read, naming it.
 */
export async function readRunFolder(folder: string): Promise<RunContents> {
  const names = await namesIn(folder);
  const has = (name: string) => names.includes(name);
  if (!has(runFiles.run) && !has(runFiles.report)) {
    const foreign = names.filter((name) => !isOurs(name));
    if (foreign.length > 0) throw unrelated(folder, foreign);
    return { identity: null, report: null, probes: new Map() };
  }
  const run = has(runFiles.run) ? await read(join(folder, runFiles.run), runFileSchema) : null;
  const report = has(runFiles.report) ? await readOwnReport(join(folder, runFiles.report)) : null;
  const probes = new Map<number, Probe>();
  for (const name of (await namesIn(join(folder, runFiles.probes))).sort()) {
    const number = probeName.exec(name)?.[1];
    if (number) probes.set(Number(number), await read(join(folder, runFiles.probes, name), probeSchema));
  }
  return { identity: run?.identity ?? null, report, probes };
}

/** Deletes what writes that were killed left behind. Only for the holder of the folder's lock. */
export async function sweepTemporaries(folder: string): Promise<void> {
  for (const place of [folder, join(folder, runFiles.probes)]) {
    for (const name of await namesIn(place))
      if (isTemporary(name)) await rm(join(place, name), { force: true });
  }
}

export function probePath(folder: string, number: number): string {
  return join(folder, runFiles.probes, `${String(number).padStart(3, '0')}.json`);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function isOurs(name: string): boolean {
  return ignored.has(name) || name === runFiles.target || isTemporary(name) || name.startsWith(lockName);
}

function unrelated(folder: string, names: string[]): UsageError {
  const some = names.slice(0, 3).join(', ') + (names.length > 3 ? ', …' : '');
  return new UsageError(
    `${folder} holds files that are no Preflight run (${some}): choose an empty or new folder for --out.`,
  );
}

async function readOwnReport(path: string): Promise<Report> {
  try {
    return parseReport(await readFile(path, 'utf8'), 'it');
  } catch (error) {
    throw error instanceof UsageError ? corrupt(path, error.message) : error;
  }
}

async function read<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(path, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw corrupt(path, text.trim() === '' ? 'it is empty' : 'it is not whole JSON');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw corrupt(path, `at ${issue?.path.join('.') || 'its top'}: ${issue?.message ?? 'not valid'}`);
}

function corrupt(path: string, why: string): UsageError {
  const oneLine = why.replace(/\s+/g, ' ').slice(0, 160);
  return new UsageError(
    `Cannot go on from ${path}: ${oneLine}. Move that file away to measure its part again, or choose another --out.`,
  );
}
