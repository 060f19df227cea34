// Figures as people read them. In the contract because verdicts, terminal and pages all speak in them.

/** Bytes of a GiB. */
export const gibi = 2 ** 30;
/**
 * Decimals of a figure, with commas between thousands. Not by `Intl`, whose first use loads its tables: 12 ms of `detect`.
 * The last bit that is added makes a half of what is written, such as 17.45, round up as it does for people.
 */
export const grouped = (value: number, digits: number) =>
  (value * (1 + Number.EPSILON)).toFixed(digits).replace(/(?<!\.\d*)\B(?=(\d{3})+(?!\d))/g, ',');

/** Decimals that keep three significant figures or so: 71.4, 5.91, 0.079. */
export function gibDigits(bytes: number): number {
  const size = Math.abs(bytes) / gibi;
  if (size === 0 || size >= 9.995) return 1;
  return size >= 0.9995 ? 2 : 3;
}

/** A count of bytes in GiB without the unit, for columns whose head has it. */
export function gib(bytes: number, digits = gibDigits(bytes)): string {
  return grouped(bytes / gibi, digits);
}

/** `71.4 GiB` */
export function formatGiB(bytes: number): string {
  return `${gib(bytes)} GiB`;
}

/** `69.9–73.0 GiB`, both ends with the decimals of the larger. */
export function formatGiBRange([low, high]: readonly [number, number]): string {
  const digits = gibDigits(high);
  return `${gib(low, digits)}–${gib(high, digits)} GiB`;
}

/** `840 µs`, `412 ms`, `10.1 s`, `3 min 12 s`, `5.2 h`, `9.9 days`. */
export function formatSeconds(seconds: number): string {
  if (seconds === 0) return '0 s';
  if (seconds < 0.9995e-3) return `${(seconds * 1e6).toPrecision(3)} µs`;
  if (seconds < 0.9995) return `${significant(seconds * 1e3)} ms`;
  if (seconds < 59.95) return `${significant(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (seconds < 86_400) return `${grouped(seconds / 3600, 1)} h`;
  return `${grouped(seconds / 86_400, 1)} days`;
}

/** Three significant figures at most: 412, 10.1, 1.25. */
function significant(value: number): string {
  if (value >= 99.95) return grouped(value, 0);
  return grouped(value, value >= 9.995 ? 1 : 2);
}

/** `1.3 %` of a share between 0 and 1; a column gives its number of decimals. */
export function formatPercent(share: number, digits = share >= 0.0995 ? 0 : 1): string {
  return `${notNothing(share * 100, digits)} %`;
}

/** Seconds for a column: one unit for its head, and figures with the same decimals. */
export function secondsColumn(values: readonly number[]): {
  unit: string;
  format: (seconds: number) => string;
} {
  const largest = Math.max(0, ...values);
  if (largest >= 0.9995)
    return { unit: 's', format: (seconds) => notNothing(seconds, largest >= 99.95 ? 1 : 2) };
  return { unit: 'ms', format: (seconds) => notNothing(seconds * 1e3, largest >= 0.09995 ? 1 : 2) };
}

/** What is there but too little for its decimals is `< 0.1`, never 0. */
function notNothing(value: number, digits: number): string {
  const shown = grouped(value, digits);
  return value > 0 && Number(shown) === 0 ? `< ${grouped(10 ** -digits, digits)}` : shown;
}

/** `85,000`; with decimals where the value is small enough for them to matter. */
export function formatCount(value: number): string {
  return Number.isInteger(value) || value >= 99.95 ? grouped(value, 0) : significant(value);
}

/** `52.2 samples a day`; a clip, an image or a finished video each count as one. */
export function formatSamplesPerDay(samples: number): string {
  return `${formatCount(samples)} ${samples === 1 ? 'sample' : 'samples'} a day`;
}

/** Joules as `353 kWh`, `0.32 kWh`: two significant figures at least, whatever the size. */
export function formatEnergy(joules: number): string {
  const kilowattHours = joules / 3.6e6;
  if (kilowattHours === 0) return '0 kWh';
  if (kilowattHours >= 0.9995) return `${significant(kilowattHours)} kWh`;
  return `${Number(kilowattHours.toPrecision(2))} kWh`;
}

/** With a true minus or a plus: `−12.2 GiB`, `+5.1 s`; nothing changes as `0`. */
export function formatChange(value: number, format: (magnitude: number) => string): string {
  if (value === 0) return '0';
  return `${value < 0 ? '−' : '+'}${format(Math.abs(value))}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `24 Nov 2026, 09:41 UTC`: the same words wherever it is rendered. */
export function formatDate(iso: string): string {
  const date = new Date(iso);
  const time = date.toISOString().slice(11, 16);
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}, ${time} UTC`;
}
