import { known } from './evidence.js';
import { grouped } from './format.js';
import type { Rate } from './machine.js';

/** Rates of a GPU in words. In the contract because checks, terminal and pages all name them. */
export const rateNames: Readonly<Record<Rate['id'], string>> = {
  'device-copy': 'Device memory, read and written',
  'host-to-device-pageable': 'Host to device, pageable',
  'host-to-device-pinned': 'Host to device, pinned',
  'device-to-host-pageable': 'Device to host, pageable',
  'device-to-host-pinned': 'Device to host, pinned',
  'peer-copy': 'Between two GPUs',
  'all-reduce': 'All-reduce of all GPUs',
  'matrix-product': 'Matrix product',
};

/** `2,950 GB/s`, `25.1 GB/s`, `640 TFLOP/s`; decimal units, as data sheets have them. */
export function formatRate(value: number, unit: Rate['unit']): string {
  const [scale, name] = unit === 'bytes/s' ? [1e9, 'GB/s'] : [1e12, 'TFLOP/s'];
  const scaled = value / scale;
  const digits = scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  return `${grouped(scaled, digits)} ${name}`;
}

/** Of what is achieved; undefined where either is not known. */
export function shareOf({ value, achievable }: Rate): number | undefined {
  const [measured, healthy] = [known(value), known(achievable)];
  return measured === undefined || healthy === undefined ? undefined : measured / healthy.value;
}

/** `GPU 0, 2`, or of pairs how many they are where they are more than three. */
export function placesOf(rates: readonly Rate[]): string {
  if (rates.some(({ peer }) => peer !== null))
    return rates.length > 3 ? `${rates.length} pairs` : rates.map(placeOf).join(', ');
  return `GPU ${rates.map(({ gpu }) => gpu).join(', ')}`;
}

/** `GPU 2`, or of a pair `GPU 2 to 5`. */
export const placeOf = ({ gpu, peer }: Rate) => (peer === null ? `GPU ${gpu}` : `GPU ${gpu} to ${peer}`);
