import type { KeptReport } from '../../../src-main/contract/kept-report.js';

let last: KeptReport | null = null;

/** The report that this window showed last, to which the navigation leads back. */
export const lastShown = {
  read: () => last,
  set(report: KeptReport | null): void {
    last = report;
  },
};
