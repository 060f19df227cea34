import { formatGiB, formatPercent, formatSeconds } from '../../src-main/contract/format.js';
import { sizedPointName } from '../../src-main/contract/point-key.js';
import type { Agreement, Report } from '../../src-main/contract/report.js';

const quantities: Readonly<
  Record<Agreement['quantity'], { name: string; from: string; format(value: number): string }>
> = {
  'live-bytes': { name: 'Peak of live tensors', from: 'the graph', format: formatGiB },
  seconds: { name: 'Time of a step', from: 'the datasheet', format: formatSeconds },
};

/** A line of the table of what was predicted beside what was measured. */
export interface AgreementRow {
  point: string;
  quantity: string;
  from: string;
  predicted: string;
  measured: string;
  /** Of the measured figure against the predicted one, `+3.1 %`; a dash where nothing was predicted. */
  difference: string;
}

export function agreementRows({ agreement }: Report): AgreementRow[] {
  return agreement.map(({ point, quantity, predicted, measured }) => {
    const { name, from, format } = quantities[quantity];
    return {
      point: sizedPointName(point),
      quantity: name,
      from,
      predicted: format(predicted),
      measured: format(measured),
      difference: predicted > 0 ? differenceOf(measured / predicted - 1) : '–',
    };
  });
}

/** `+3.1 %`: a share of change with its sign. */
export function differenceOf(share: number): string {
  if (share === 0) return '0.0 %';
  return `${share < 0 ? '−' : '+'}${formatPercent(Math.abs(share), 1)}`;
}
