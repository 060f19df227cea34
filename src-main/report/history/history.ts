import { statSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { HistoryEntry } from '../../contract/history.js';
import type { Report } from '../../contract/report.js';
import { UsageError } from '../../contract/usage-error.js';
import { onDisk } from '../disk-error.js';
import { makeFolder } from '../make-folder.js';
import { readReport } from '../read-report.js';
import { isTemporary, writeAtomic } from '../write-atomic.js';
import { entryOf, fileNameOf } from './entry.js';
import { historyFolder, homeVariable } from './home.js';
import { type IndexRow, readIndex, writeIndex } from './index-file.js';

/** A report that is kept. */
export interface Kept {
  path: string;
  entry: HistoryEntry;
}

export interface HistoryList {
  /** Newest first. */
  reports: Kept[];
  /** Files in the folder that hold no report, and why. */
  broken: { path: string; reason: string }[];
}

/** A draft of a write that was killed; a younger one may be under way. */
const staleMs = 3_600_000;

/**
 * The reports that a user keeps: a folder with a file for each. A file is written as a whole and never changed, so that
 * processes that write at once need not know of each other.
 */
export class History {
  /** @param folder made by the first report */
  constructor(readonly folder = historyFolder()) {}

  /**
   * Keeps a report; one that is there already stays as it is.
   *
   * @throws UsageError where it cannot be written
   */
  async add(report: Report): Promise<{ path: string; added: boolean }> {
    const path = join(this.folder, fileNameOf(report));
    if (statOf(path)?.isFile()) return { path, added: false };
    await onDisk(
      path,
      async () => {
        await makeFolder(this.folder);
        await writeAtomic(path, `${JSON.stringify(report)}\n`);
      },
      homeVariable,
    );
    return { path, added: true };
  }

  /**
   * Every report, without reading those that were read before.
   *
   * @param onRead called while files are read that are new here, which may take a while
   */
  async list(onRead: (done: number, total: number) => void = () => {}): Promise<HistoryList> {
    const names = await this.names();
    const home = dirname(this.folder);
    const known = await readIndex(home);
    const rows = new Map<string, IndexRow>();
    const unread: { name: string; modifiedMs: number; bytes: number }[] = [];
    for (const name of names) {
      // Not one by one through the thread pool: of ten thousand that alone takes longer than all the rest.
      const found = statOf(join(this.folder, name));
      if (!found?.isFile()) continue;
      const [modifiedMs, bytes] = [found.mtimeMs, found.size];
      const row = known.get(name);
      if (row?.modifiedMs === modifiedMs && row.bytes === bytes) rows.set(name, row);
      else unread.push({ name, modifiedMs, bytes });
    }
    for (const [done, { name, ...file }] of unread.entries()) {
      onRead(done, unread.length);
      rows.set(name, { ...file, found: await this.look(name) });
    }
    if (unread.length > 0 || rows.size < known.size) await writeIndex(home, rows);
    return this.listed(rows);
  }

  /** A report that is kept. @throws UsageError where it has gone since it was listed */
  read({ path }: Kept): Promise<Report> {
    return readReport(path);
  }

  /**
   * Deletes the one report whose id begins so.
   *
   * @throws UsageError where there is none, or more than one
   */
  async remove(id: string): Promise<Kept> {
    const { reports } = await this.list();
    const found = id === '' ? [] : reports.filter(({ entry }) => entry.id.startsWith(id));
    const [only] = found;
    if (only === undefined)
      throw new UsageError(`no report in the history has an id that begins with "${id}"`);
    if (found.length > 1)
      throw new UsageError(
        `${found.length} reports in the history have an id that begins with "${id}" (${found
          .slice(0, 3)
          .map(({ path }) => path)
          .join(', ')}): give more of it, or delete the file`,
      );
    await this.delete(only);
    return only;
  }

  /** Deletes a report that was listed. @throws UsageError where the disk refuses */
  async delete({ path }: Kept): Promise<void> {
    await onDisk(path, () => rm(path, { force: true }), homeVariable);
  }

  /** Names of its files; drafts that writes left behind when they were killed are deleted on the way. */
  private async names(): Promise<string[]> {
    const names = await readdir(this.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw new UsageError(
        `The history ${this.folder} cannot be read: ${error.message}; set ${homeVariable}`,
      );
    });
    for (const name of names.filter(isTemporary)) {
      const path = join(this.folder, name);
      const found = statOf(path);
      if (found && Date.now() - found.mtimeMs > staleMs) await rm(path, { force: true }).catch(() => {});
    }
    return names.filter((name) => name.endsWith('.json') && !name.startsWith('.'));
  }

  private async look(name: string): Promise<IndexRow['found']> {
    try {
      return { entry: entryOf(await readReport(join(this.folder, name))) };
    } catch (error) {
      return { broken: (error as Error).message };
    }
  }

  private listed(rows: ReadonlyMap<string, IndexRow>): HistoryList {
    const reports: Kept[] = [];
    const broken: HistoryList['broken'] = [];
    for (const [name, { found }] of rows) {
      const path = join(this.folder, name);
      if ('entry' in found) reports.push({ path, entry: found.entry });
      else broken.push({ path, reason: found.broken });
    }
    reports.sort((a, b) => (a.entry.createdAt < b.entry.createdAt ? 1 : -1));
    return { reports, broken };
  }
}

function statOf(path: string) {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
