import { dirname, join } from 'node:path';
import { type Probe, probeSchema } from '../contract/probe.js';
import { type Report, reportSchema } from '../contract/report.js';
import { UsageError } from '../contract/usage-error.js';
import { onDisk } from './disk-error.js';
import { renderHtml } from './html.js';
import { makeFolder } from './make-folder.js';
import { localNames } from './redact/local-names.js';
import { redact } from './redact/redact.js';
import {
  probePath,
  type RunContents,
  readRunFolder,
  runFileSchema,
  runFiles,
  sweepTemporaries,
} from './run-files.js';
import { identityDifferences, identityOf, type RunIdentity } from './run-identity.js';
import { lockFolder } from './run-lock.js';
import { writeAtomic } from './write-atomic.js';

/** A folder that one run writes to. Whatever the moment of a kill, at most the probe under way is lost. */
export interface RunFolder {
  readonly path: string;
  /** Probes that an earlier run of the same identity finished here, in the order in which they ended. */
  readonly finished: readonly Probe[];
  /** Writes one probe's result; await it before the next probe starts. */
  record(probe: Probe): Promise<void>;
  /** Writes report.html and report.json; may be called again, and each time replaces both. */
  finish(report: Report): Promise<void>;
  /** Lets other processes use the folder. */
  close(): Promise<void>;
}

/**
 * Opens a folder for a run: makes it, or goes on with the same run's finished probes.
 * @throws UsageError where it holds another run, unrelated or corrupt files, is in use, or cannot be written.
 */
export async function openRunFolder(path: string, identity: RunIdentity): Promise<RunFolder> {
  return onDisk(path, async () => {
    // Looked at before anything is made in it, so that a folder of someone else's stays exactly as it is.
    check(path, await readRunFolder(path), identity);
    await makeFolder(path);
    const release = await lockFolder(path);
    try {
      const contents = await readRunFolder(path);
      check(path, contents, identity);
      await sweepTemporaries(path);
      return await open(path, identity, contents, release);
    } catch (error) {
      await release();
      throw error;
    }
  });
}

async function open(
  path: string,
  identity: RunIdentity,
  contents: RunContents,
  release: () => Promise<void>,
): Promise<RunFolder> {
  let last = contents.identity ? Math.max(0, ...contents.probes.keys()) : 0;
  const write = async (probe: Probe) => {
    const text = json(probeSchema.parse(probe));
    last += 1;
    const file = probePath(path, last);
    await makeFolder(dirname(file));
    await writeAtomic(file, text);
  };
  if (!contents.identity) {
    // A report.json alone, copied here perhaps, is enough to go on from.
    for (const probe of contents.report?.probes ?? []) await write(probe);
    await writeAtomic(
      join(path, runFiles.run),
      json(runFileSchema.parse({ kind: 'preflight-run', identity })),
    );
  }
  const known = contents.identity ? [...contents.probes.values()] : (contents.report?.probes ?? []);
  return {
    path,
    finished: known.filter((probe) => probe.status !== 'cancelled'),
    record: (probe) => onDisk(path, () => write(probe)),
    finish: (report) =>
      onDisk(path, async () => {
        const valid = reportSchema.parse(report);
        // The page is what people send on; report.json stays whole, for the run to go on from.
        await writeAtomic(join(path, runFiles.page), renderHtml(redact(valid, localNames()).report));
        await writeAtomic(join(path, runFiles.report), json(valid));
      }),
    close: release,
  };
}

function check(path: string, contents: RunContents, identity: RunIdentity): void {
  if (contents.identity === null && contents.report?.integrity === 'edited')
    throw new UsageError(
      `${join(path, runFiles.report)} was edited after Preflight wrote it, so that its probes are not gone on from. Choose another --out; nothing was changed.`,
    );
  const there = contents.identity ?? (contents.report ? identityOf(contents.report) : null);
  if (!there) return;
  const differences = identityDifferences(there, identity);
  if (differences.length === 0) return;
  throw new UsageError(
    `${path} holds another run: ${differences.join(', ')}. Choose another --out; nothing was changed.`,
  );
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}
