import { known } from '../../contract/evidence.js';
import type { GpuDetail } from '../../contract/machine.js';
import { failed, type Judgement, look, notTested, passed, withReadings } from './check.js';

/** Retired pages at which NVIDIA takes a board back: "Dynamic Page Retirement", RMA policy. */
const returnedPages = 60;

const resetIt =
  'End what runs on it and reset it (nvidia-smi --gpu-reset as root, or restart the machine); if errors come back, have it replaced.';

/** Errors that ECC could not correct: what was computed since may be wrong. One that is counted is enough to know. */
export function eccErrors({ ecc }: GpuDetail): Judgement {
  const corrected = known(ecc.corrected);
  const counts = (uncorrected: number) =>
    `${uncorrected} uncorrected and ${corrected ?? 'an unknown number of'} corrected ECC errors since the driver was loaded`;
  const uncorrected = known(ecc.uncorrected) ?? 0;
  if (uncorrected > 0) return failed(counts(uncorrected), resetIt);
  return withReadings<[boolean, number]>([ecc.enabled, ecc.uncorrected], (enabled, errors) =>
    enabled ? passed(counts(errors)) : notTested('ECC is off, so that errors are not seen'),
  );
}

/** Pages of memory that were given up for good, on cards before Ampere, and those that wait for it. */
export function retiredPages({ retiredPages: reading, retiredPagesPending }: GpuDetail): Judgement {
  return withReadings<[number]>([reading], (pages) => {
    const waits = known(retiredPagesPending) === true;
    const text = `${pages} retired ${pages === 1 ? 'page' : 'pages'} of memory${waits ? ', and more wait for a reset' : ''}`;
    if (pages >= returnedPages) return failed(text, 'Have it replaced: NVIDIA takes boards back from 60 on.');
    if (waits) return look(text, resetIt);
    if (pages > 0)
      return look(text, 'Watch whether they grow in number: from 60 on NVIDIA takes a board back.');
    return passed(text);
  });
}

/** Rows of memory that spare ones stand in for, from Ampere on (NVIDIA, "GPU Memory Error Management"). */
export function remappedRows({ remappedRows: reading }: GpuDetail): Judgement {
  return withReadings<[Exclude<GpuDetail['remappedRows'], { unavailable: string }>]>([reading], (rows) => {
    const text = `${rows.uncorrectable} rows remapped for uncorrectable and ${rows.correctable} for correctable errors`;
    if (rows.failed)
      return failed(`${text}, and a remapping failed`, 'Have it replaced: it has no spare rows left there.');
    if (rows.pending) return look(`${text}, and one waits for a reset`, resetIt);
    return passed(text);
  });
}
