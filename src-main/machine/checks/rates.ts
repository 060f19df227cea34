import { isUnavailable, known } from '../../contract/evidence.js';
import { formatPercent } from '../../contract/format.js';
import type { Check, Gpu, Machine, Rate } from '../../contract/machine.js';
import { formatRate, placeOf, placesOf, rateNames, shareOf } from '../../contract/rate-format.js';
import { usableOf } from './check.js';

/** Of what such a GPU is known to achieve, the share under which something slows it. */
const healthyShare = 0.85;
/** Every check of rates has an id that begins so. */
const prefix = 'rate-';

/** Measured rates against what is achieved; one check for each kind that was measured. None where no GPU is usable. */
export function rateChecks(rates: readonly Rate[], gpus: readonly Gpu[]): Check[] {
  if (rates.length === 0) {
    if (usableOf(gpus).length === 0) return [];
    const action = 'Measure them on idle GPUs: preflight detect --measure';
    return [
      {
        id: `${prefix}all`,
        status: 'not-tested',
        text: 'Bandwidths and matrix rate were not measured',
        action,
      },
    ];
  }
  const kinds = [...new Set(rates.map(({ id }) => id))];
  return kinds.map((kind) =>
    rateCheck(
      kind,
      rates.filter(({ id }) => id === kind),
    ),
  );
}

/** A machine whose rates were measured after it was read. */
export function withRates(machine: Machine, rates: Rate[]): Machine {
  const others = machine.checks.filter(({ id }) => !id.startsWith(prefix));
  return { ...machine, rates, checks: [...others, ...rateChecks(rates, machine.gpus)] };
}

interface Judged {
  rate: Rate;
  share: number | undefined;
}

/** Of more than these a check tells the lowest and the highest alone. */
const mostNamed = 3;

function rateCheck(kind: Rate['id'], rates: readonly Rate[]): Check {
  const measured = rates
    .filter(({ value }) => !isUnavailable(value))
    .map((rate): Judged => ({ rate, share: shareOf(rate) }));
  const slow = measured.filter(({ share }) => share !== undefined && share < healthyShare);
  const held = measured.filter(({ share }) => share !== undefined);
  const parts = [...figures(slow.length > 0 ? slow : measured), ...unsourced(measured), ...missing(rates)];
  return {
    id: `${prefix}${kind}`,
    status: slow.length > 0 ? 'look' : held.length < rates.length ? 'not-tested' : 'pass',
    text: `${rateNames[kind]}. ${parts.join('; ')}`,
    action:
      slow.length > 0
        ? 'See what else of this GPU is not in order, end what runs beside it, and measure again.'
        : '',
  };
}

function figures(judged: readonly Judged[]): string[] {
  if (judged.length <= mostNamed)
    return judged.map(({ rate, share }) => `${placeOf(rate)}: ${wordsOf(rate)}${ofAchieved([share], rate)}`);
  const inOrder = judged.toSorted((a, b) => known(a.rate.value)! - known(b.rate.value)!);
  const [low, high] = [inOrder[0]!.rate, inOrder.at(-1)!.rate];
  const shares = inOrder.map(({ share }) => share);
  return [
    `${judged.length} ${low.peer === null ? 'GPUs' : 'pairs'} from ${wordsOf(low)} (${placeOf(low)}) to ${wordsOf(high)} (${placeOf(high)})${ofAchieved(shares, low)}`,
  ];
}

const wordsOf = ({ value, unit }: Rate) => formatRate(known(value)!, unit);

/** `, 84 % of 1,000 GB/s`; of several `, at least 84 % of …`. Nothing where it is not known. */
function ofAchieved(shares: readonly (number | undefined)[], { achievable, unit }: Rate): string {
  const figure = known(achievable);
  const all = shares.filter((share) => share !== undefined);
  if (figure === undefined || all.length < shares.length) return '';
  const least = all.length > 1 ? 'at least ' : '';
  return `, ${least}${formatPercent(Math.min(...all))} of ${formatRate(figure.value, unit)}`;
}

function unsourced(measured: readonly Judged[]): string[] {
  const reasons = measured.flatMap(({ rate }) =>
    isUnavailable(rate.achievable) ? [rate.achievable.unavailable] : [],
  );
  return [...new Set(reasons)].map((reason) => `what is achieved is not known: ${reason}`);
}

function missing(rates: readonly Rate[]): string[] {
  const byReason = new Map<string, Rate[]>();
  for (const rate of rates)
    if (isUnavailable(rate.value))
      byReason.set(rate.value.unavailable, [...(byReason.get(rate.value.unavailable) ?? []), rate]);
  return [...byReason].map(([reason, of]) => `not measured: ${placesOf(of)} (${reason})`);
}
