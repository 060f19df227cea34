/** One published or recorded figure beside what we say. */
export interface Row {
  name: string;
  published: string;
  predicted: string;
  /** Predicted over published, less one; null where no figure was published, a verdict alone. */
  error: number | null;
  /** Whether the truth lies inside the interval; null where there is none. */
  inside: boolean | null;
  /** Whether a constant was fitted on this row, and whether the row counts for the section's limits. */
  fitted: boolean;
  scored: boolean;
  /** Whether what a row without an error must hold is held. */
  held: boolean;
  note: string;
}

export interface Section {
  title: string;
  /** What the figures are, and how they were read. */
  about: string;
  rows: Row[];
  limits: { median?: number; worst?: number; inside?: number };
}

/** What a section comes to. */
export interface Score {
  count: number;
  median: number;
  worst: number;
  insideShare: number;
  /** What of it misses its limit, in words; empty where all is held. */
  misses: string[];
}

const percent = (value: number) => `${(100 * value).toFixed(1)} %`;

export function scoreOf({ rows, limits }: Section): Score {
  const scored = rows.filter(({ scored }) => scored);
  const errors = scored
    .flatMap(({ error }) => (error === null ? [] : [Math.abs(error)]))
    .toSorted((a, b) => a - b);
  const judged = scored.filter(({ inside }) => inside !== null);
  const middle = errors.length / 2;
  const median = errors.length === 0 ? 0 : (errors[Math.ceil(middle) - 1]! + errors[Math.floor(middle)]!) / 2;
  const worst = errors.at(-1) ?? 0;
  const insideShare = judged.length === 0 ? 1 : judged.filter(({ inside }) => inside).length / judged.length;
  const misses = [
    ...over('median error', median, limits.median),
    ...over('worst error', worst, limits.worst),
    ...(insideShare < (limits.inside ?? 0)
      ? [`${percent(insideShare)} inside the interval, less than ${percent(limits.inside!)}`]
      : []),
    ...scored.filter(({ held }) => !held).map(({ name, predicted }) => `${name}: ${predicted}`),
  ];
  return { count: scored.length, median, worst, insideShare, misses };
}

function over(what: string, value: number, limit: number | undefined): string[] {
  return limit !== undefined && !(value <= limit)
    ? [`${what} ${percent(value)}, more than ${percent(limit)}`]
    : [];
}

/** The section as Markdown, folded where it is long. */
export function markdownOf(section: Section): string {
  const { count, median, worst, insideShare, misses } = scoreOf(section);
  const { rows, limits } = section;
  const withErrors = rows.some(({ error }) => error !== null);
  const withNotes = rows.some(({ note }) => note !== '');
  const facts = [
    `${count} ${count === 1 ? 'row' : 'rows'} scored${count < rows.length ? ` of ${rows.length}` : ''}`,
    ...(withErrors
      ? [`median error ${figure(median, limits.median)}`, `worst ${figure(worst, limits.worst)}`]
      : []),
    ...(limits.inside === undefined
      ? []
      : [`${percent(insideShare)} inside the interval (limit ${percent(limits.inside)})`]),
    misses.length === 0 ? 'all held' : `**not held: ${misses.join('; ')}**`,
  ];
  const head = [
    'row',
    'published',
    'predicted',
    ...(withErrors ? ['error'] : []),
    ...(withNotes ? ['note'] : []),
  ];
  const lines = rows.map(({ name, published, predicted, error, inside, fitted, scored, note }) =>
    [
      `${name}${fitted ? ' †' : ''}${scored ? '' : ' ‡'}`,
      published,
      `${predicted}${inside === false ? ' (outside)' : ''}`,
      ...(withErrors ? [error === null ? '' : signed(error)] : []),
      ...(withNotes ? [note] : []),
    ].join(' | '),
  );
  const table = [
    `| ${head.join(' | ')} |`,
    `|${head.map((_, column) => (column === 0 || column === head.length - 1 ? '---' : '--:')).join('|')}|`,
    ...lines.map((line) => `| ${line} |`),
  ].join('\n');
  const body =
    rows.length > 40 ? `<details><summary>${rows.length} rows</summary>\n\n${table}\n\n</details>` : table;
  return `### ${section.title}\n${section.about}\n\n${facts.join(', ')}.\n\n${body}\n`;
}

function figure(value: number, limit: number | undefined): string {
  return limit === undefined ? percent(value) : `${percent(value)} (limit ${percent(limit)})`;
}

function signed(error: number): string {
  const text = `${error < 0 ? '−' : '+'}${percent(Math.abs(error))}`;
  return Math.abs(error) > 0.1 ? `**${text}**` : text;
}
