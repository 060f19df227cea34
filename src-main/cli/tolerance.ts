import { Option } from 'commander';
import { UsageError } from '../contract/usage-error.js';
import { defaultTolerance } from '../report/qualify/qualify.js';

export function toleranceOption(): Option {
  return new Option('--tolerance <percent>', 'by how much a figure may be worse than the baseline').default(
    `${defaultTolerance * 100}%`,
  );
}

/** `5%` as a share. @throws UsageError */
export function readTolerance(given: string): number {
  const percent = /^(\d{1,3}(?:\.\d{1,4})?)%$/.exec(given)?.[1];
  const share = Number(percent) / 100;
  if (percent === undefined || share <= 0 || share >= 1)
    throw new UsageError(`--tolerance ${given}: give a percentage above 0 and below 100, such as 5%`);
  return share;
}
