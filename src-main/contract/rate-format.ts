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
  return `${scaled.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${name}`;
}
