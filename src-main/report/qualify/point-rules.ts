import type { Baseline, BaselinePoint } from '../../contract/baseline.js';
import { isUnavailable, known, type Reading, unavailable } from '../../contract/evidence.js';
import { formatCount, formatGiB, formatPercent } from '../../contract/format.js';
import { pointKey, sizedPointName } from '../../contract/point-key.js';
import type { Probe } from '../../contract/probe.js';
import type { Rule } from '../../contract/qualification.js';
import { measuredByPoint, memoryOf, throughputOf } from './figures.js';

/**
 * Each point of a baseline as rules: that it was measured, its throughput and its memory; and each probe that failed.
 *
 * @param tolerance share by which throughput may fall below the baseline's median and memory exceed it
 */
export function pointRules(probes: readonly Probe[], baseline: Baseline, tolerance: number): Rule[] {
  const measured = measuredByPoint(probes);
  const expected = new Set(baseline.points.map(({ point }) => pointKey(point)));
  // Of a point of the baseline that was not measured the rule below says it.
  const said = (key: string) => expected.has(key) && !measured.has(key);
  const failed = probes.filter(({ point, status }) => status !== 'ok' && !said(pointKey(point)));
  return [
    ...baseline.points.flatMap((wanted) => {
      const key = pointKey(wanted.point);
      const found = measured.get(key);
      if (found !== undefined && found.provider === wanted.provider)
        return [ran(wanted), ...throughput(found, wanted, tolerance), ...memory(found, wanted, tolerance)];
      return [notRun(wanted, found ?? probes.find(({ point }) => pointKey(point) === key))];
    }),
    ...failed.map((probe) => probeRule(probe.point, 'fail', probe.status, ended(probe))),
  ];
}

const ran = ({ point }: BaselinePoint) => probeRule(point, 'pass', 'ok', 'measured');

function notRun({ point, provider }: BaselinePoint, found: Probe | undefined): Rule {
  if (found === undefined) return probeRule(point, 'fail', 'missing', 'the report has no such point');
  if (found.status !== 'ok') return probeRule(point, 'fail', found.status, ended(found));
  if (found.evidence !== 'measured')
    return probeRule(
      point,
      'fail',
      found.evidence,
      `not measured: ${found.cause || 'answered from the graph'}`,
    );
  return probeRule(
    point,
    'fail',
    found.provider,
    `measured on ${found.provider}, the baseline on ${provider}`,
  );
}

const ended = ({ status, cause }: Probe) => `ended as ${status}${cause ? `: ${cause}` : ''}`;

function probeRule(point: Probe['point'], status: 'pass' | 'fail', value: string, text: string): Rule {
  return {
    id: 'probe',
    point,
    status,
    value,
    limit: 'ok',
    margin: unavailable('no number'),
    text: `${sizedPointName(point)}: ${text}`,
  };
}

function throughput(probe: Probe, { point, tokensPerSecond }: BaselinePoint, tolerance: number): Rule[] {
  const figure = known(tokensPerSecond);
  if (figure === undefined) return [noLimit('throughput', point, tokensPerSecond)];
  const limit = figure.median * (1 - tolerance);
  const value = throughputOf(probe);
  const allowed = `at least ${formatCount(limit)} (baseline ${formatCount(figure.median)})`;
  if (value === undefined)
    return [unread('throughput', point, limit, `not timed (${reasonOf(probe.tokensPerSecond)}); ${allowed}`)];
  return [
    numberRule(
      'throughput',
      point,
      value,
      limit,
      value - limit,
      `${formatCount(value)} tokens/s, ${allowed}`,
    ),
  ];
}

function memory(probe: Probe, { point, memory: wanted }: BaselinePoint, tolerance: number): Rule[] {
  const figure = known(wanted);
  if (figure === undefined) return [noLimit('memory', point, wanted)];
  const limit = figure.median * (1 + tolerance);
  const value = memoryOf(probe, figure.kind);
  const allowed = `at most ${formatGiB(limit)} (baseline ${formatGiB(figure.median)})`;
  if (value === undefined)
    return [unread('memory', point, limit, `its ${figure.kind} memory was not read; ${allowed}`)];
  const text = `${formatGiB(value)} ${figure.kind}, ${allowed}`;
  return [numberRule('memory', point, value, limit, limit - value, text)];
}

const reasonOf = (reading: Reading<unknown>) => (isUnavailable(reading) ? reading.unavailable : 'it is 0');

/** Nothing to hold the machine to, which is said and is no pass. */
function noLimit(id: string, point: Probe['point'], baseline: Reading<unknown>): Rule {
  const missing = unavailable('the baseline has no such figure');
  return {
    id,
    point,
    status: 'not-tested',
    value: missing,
    limit: 'not known',
    margin: missing,
    text: `${sizedPointName(point)}: the baseline has no ${id} of it (${reasonOf(baseline)})`,
  };
}

function unread(id: string, point: Probe['point'], limit: number, text: string): Rule {
  return {
    id,
    point,
    status: 'fail',
    value: unavailable('not measured'),
    limit,
    margin: unavailable('not measured'),
    text: `${sizedPointName(point)}: ${text}`,
  };
}

/** @param room how far the value lies within its limit; below 0 beyond it */
function numberRule(
  id: string,
  point: Probe['point'],
  value: number,
  limit: number,
  room: number,
  text: string,
): Rule {
  const margin = room / limit;
  const beyond = room < 0 ? `, ${formatPercent(-margin)} beyond` : '';
  return {
    id,
    point,
    status: room >= 0 ? 'pass' : 'fail',
    value,
    limit,
    margin,
    text: `${sizedPointName(point)}: ${text}${beyond}`,
  };
}
