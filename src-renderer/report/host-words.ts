import { isUnavailable, known, type Reading, type Unavailable } from '../../src-main/contract/evidence.js';
import { formatGiB, formatPercent } from '../../src-main/contract/format.js';
import type { Machine, Rate } from '../../src-main/contract/machine.js';
import { formatRate, placeOf, placesOf, rateNames, shareOf } from '../../src-main/contract/rate-format.js';
import { type Line, said } from './machine-words.js';

/** The host by line; what was not read stands in `unread` with its reason. */
export function hostLines({ host }: Pick<Machine, 'host'>): { lines: Line[]; unread: Line[] } {
  const { memory } = host;
  const disk = (reading: Machine['host']['workDisk']) =>
    said(reading, ({ path, freeBytes, readBytesPerSecond }) =>
      [
        path,
        known(said(freeBytes, (bytes) => `${formatGiB(bytes)} free`)),
        known(said(readBytesPerSecond, (rate) => `read at ${formatRate(rate, 'bytes/s')}`)),
      ]
        .filter((part) => part !== undefined)
        .join(', '),
    );
  const readings: [string, Reading<string>][] = [
    ['Processor', said(host.cpu.name, (name) => `${name}, ${cores(host)}`)],
    ['Host memory', `${formatGiB(memory.freeBytes)} free of ${formatGiB(memory.totalBytes)}`],
    ['Memory limit', said(memory.cgroupLimitBytes, formatGiB)],
    [
      'Pinned memory',
      said(memory.pinnedLimitBytes, (limit) =>
        limit === 'unlimited' ? limit : `${formatGiB(limit)} a process`,
      ),
    ],
    [
      '/dev/shm',
      said(
        memory.shared,
        ({ freeBytes, totalBytes }) => `${formatGiB(freeBytes)} free of ${formatGiB(totalBytes)}`,
      ),
    ],
    ['System', `${host.os}, ${host.arch}, Node ${host.node}`],
    ['Surroundings', said(host.surroundings, (text) => (text === 'none' ? 'the bare system' : text))],
    ['Disk for reports', disk(host.workDisk)],
    ['Disk of the data', disk(host.dataDisk)],
    ['Python', said(host.python, pythonWords)],
  ];
  return {
    lines: readings.flatMap(([name, value]): Line[] =>
      isUnavailable(value) ? [] : [[name, value as string]],
    ),
    unread: readings.flatMap(([name, value]): Line[] =>
      isUnavailable(value) ? [[value.unavailable, name]] : [],
    ),
  };
}

const cores = ({ cpu }: Machine['host']) =>
  `${cpu.usableCores} usable ${cpu.usableCores === 1 ? 'core' : 'cores'}`;

function pythonWords({
  path,
  pythonVersion,
  packages,
}: Exclude<Machine['host']['python'], { unavailable: string }>): string {
  const versions = Object.entries(packages).map(
    ([name, version]) => `${name} ${known(version) ?? 'not there'}`,
  );
  return [`${known(pythonVersion) ?? 'of unknown version'} in ${path}`, ...versions].join(', ');
}

/** Measured rates of one kind. */
export interface RateRow {
  name: string;
  /** With the GPU or pair that it was measured on, where there are several. */
  lowest: string;
  highest: string;
  achieved: string;
  /** The lowest's share of what is achieved. */
  share: string;
  /** Who measured what is achieved, or why it is not known. */
  source: string;
}

/** A row for each kind of rate; why single ones were not measured, by reason. */
export function rateRows(rates: readonly Rate[]): { rows: RateRow[]; unread: Line[] } {
  const kinds = [...new Set(rates.map(({ id }) => id))];
  const rows = kinds.flatMap((kind): RateRow[] => {
    const measured = rates
      .filter(({ id, value }) => id === kind && !isUnavailable(value))
      .toSorted((a, b) => known(a.value)! - known(b.value)!);
    const [low, high] = [measured[0], measured.at(-1)];
    if (low === undefined || high === undefined) return [];
    const told = (rate: Rate) =>
      `${formatRate(known(rate.value)!, rate.unit)}${measured.length > 1 ? ` (${placeOf(rate)})` : ''}`;
    const share = shareOf(low);
    const achieved = known(low.achievable);
    return [
      {
        name: rateNames[kind],
        lowest: told(low),
        highest: measured.length > 1 ? told(high) : '',
        achieved: achieved ? formatRate(achieved.value, low.unit) : 'not known',
        share: share === undefined ? '' : formatPercent(share),
        source: isUnavailable(low.achievable) ? low.achievable.unavailable : low.achievable.source,
      },
    ];
  });
  const reasons = new Map<string, string[]>();
  for (const kind of kinds) {
    const missing = rates.filter(({ id, value }) => id === kind && isUnavailable(value));
    for (const reason of new Set(missing.map(({ value }) => (value as Unavailable).unavailable))) {
      const of = missing.filter(({ value }) => (value as Unavailable).unavailable === reason);
      reasons.set(reason, [...(reasons.get(reason) ?? []), `${rateNames[kind]} (${placesOf(of)})`]);
    }
  }
  return { rows, unread: [...reasons].map(([reason, names]) => [reason, names.join('; ')]) };
}
