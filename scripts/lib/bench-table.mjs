const figure = (value, unit) => {
  const digits = unit === '×' ? 3 : value < 10 ? 2 : 0;
  return unit === '×' ? `${value.toFixed(digits)} ×` : `${value.toFixed(digits)} ${unit}`;
};

/** Whether a bench passed, missed its limit, failed or was skipped. NaN is no pass. */
export function outcome(bench, result) {
  if (result.error !== undefined) return 'error';
  if (result.skipped !== undefined) return 'skipped';
  return result.value <= bench.limit ? 'pass' : 'miss';
}

/** The table of `npm run bench`: rows of { bench, result }. */
export function benchTable(rows) {
  const cells = rows.map(({ bench, result }) => [
    bench.id,
    bench.title,
    result.value === undefined ? '–' : figure(result.value, bench.unit),
    `≤ ${figure(bench.limit, bench.unit)}`,
    outcome(bench, result),
    result.error ?? result.skipped ?? result.detail,
  ]);
  const head = ['bench', 'what', 'measured', 'limit', 'result', 'detail'];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column].length)),
  );
  const line = (row) =>
    row
      .map((cell, column) =>
        column === 2 || column === 3 ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
      )
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((width) => '─'.repeat(width))), ...cells.map(line)].join('\n');
}
