import type { Report } from '../contract/report.js';

/** A report with the name by which a message speaks of it, such as its path. */
export interface NamedReport {
  name: string;
  report: Report;
}
