import type { Answer } from '../contract/channels.js';
import type { KeptReport } from '../contract/kept-report.js';
import type { Report } from '../contract/report.js';
import { UsageError } from '../contract/usage-error.js';
import { entryOf } from '../report/history/entry.js';
import { History, type Kept } from '../report/history/history.js';
import { historyFolder } from '../report/history/home.js';
import type { NamedReport } from '../report/named-report.js';
import { reportOfText } from '../report/read-report.js';

/** The reports of the history, as pages ask for them: by id, since no page may name a path. */
export class KeptReports {
  private readonly history: History;

  /** @param home where this user's reports are kept */
  constructor(home: string) {
    this.history = new History(historyFolder(home));
  }

  async list(): Promise<Answer<'history/list'>> {
    const { reports, broken } = await this.history.list();
    return { reports: reports.map(({ entry }) => entry), broken };
  }

  /** @throws UsageError where it is not there, or was damaged since */
  async read(asked: KeptReport): Promise<Report> {
    return this.history.read(await this.find(asked));
  }

  /** Several, with their ids for names. @throws UsageError as `read` */
  async named(asked: readonly KeptReport[]): Promise<NamedReport[]> {
    const reports: NamedReport[] = [];
    for (const one of asked) reports.push({ name: one.id, report: await this.read(one) });
    return reports;
  }

  /** @throws UsageError where the text is no report, or the disk refuses */
  async import(name: string, text: string): Promise<Answer<'history/import'>> {
    const report = reportOfText(text, name);
    const { added } = await this.history.add(report);
    return { entry: entryOf(report), added };
  }

  /** @throws UsageError where it is not there, or the disk refuses */
  async remove(asked: KeptReport): Promise<void> {
    await this.history.delete(await this.find(asked));
  }

  private async find({ id, digest }: KeptReport): Promise<Kept> {
    const { reports } = await this.history.list();
    const found = reports.find(
      ({ entry }) => entry.id === id && (digest === undefined || entry.digest === digest),
    );
    if (found === undefined)
      throw new UsageError(`the history has no report ${id}; it may have been deleted`);
    return found;
  }
}
