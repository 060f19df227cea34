import { isUnavailable } from '../../contract/evidence.js';
import { formatPercent } from '../../contract/format.js';
import type { Check, Gpu, Machine, Rate } from '../../contract/machine.js';
import { formatRate, placeOf, rateNames, shareOf } from '../../contract/rate-format.js';
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

function rateCheck(kind: Rate['id'], rates: readonly Rate[]): Check {
  const judged = rates.map((rate) => ({ rate, share: shareOf(rate) }));
  const slow = judged.filter(({ share }) => share !== undefined && share < healthyShare);
  const held = judged.filter(({ share }) => share !== undefined);
  const told = slow.length > 0 ? slow : held.length > 0 ? held : judged;
  const lines = told.map(({ rate, share }) => `${placeOf(rate)}: ${figures(rate, share)}`);
  return {
    id: `${prefix}${kind}`,
    status: slow.length > 0 ? 'look' : held.length < judged.length ? 'not-tested' : 'pass',
    text: `${rateNames[kind]}. ${lines.join('; ')}`,
    action:
      slow.length > 0
        ? 'See what else of this GPU is not in order, end what runs beside it, and measure again.'
        : '',
  };
}

function figures({ value, unit, achievable }: Rate, share: number | undefined): string {
  if (isUnavailable(value)) return `not measured: ${value.unavailable}`;
  const text = formatRate(value, unit);
  if (isUnavailable(achievable))
    return `${text}, and what is achieved is not known: ${achievable.unavailable}`;
  return `${text}, ${formatPercent(share!)} of ${formatRate(achievable.value, unit)}`;
}
