/** What a bench found: a figure for which lower is better, and in words what stands behind it. */
export interface Measured {
  value: number;
  detail: string;
}

/** Why a bench could not be run here, such as a package that this machine lacks. */
export interface Skipped {
  skipped: string;
}

/**
 * One line of `npm run bench`. It passes at or below `limit`; `unit` is `×` for a ratio within one run, else `ms`,
 * `s` or `%`. The harness bundles this file beside the built worker and starts in the checkout's root.
 */
export interface Bench {
  id: string;
  title: string;
  limit: number;
  unit: string;
  run(): Promise<Measured | Skipped>;
}
