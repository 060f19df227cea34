import { useTranslation } from 'react-i18next';
import type { Difference } from '../../../src-main/contract/comparison.js';
import { isUnavailable, type Reading } from '../../../src-main/contract/evidence.js';
import { formatChange, formatPercent } from '../../../src-main/contract/format.js';
import type { Point } from '../../../src-main/contract/probe.js';

/** How changes and points are said in the language that is shown. */
export function useChangeWords() {
  const { t } = useTranslation();
  const change = (share: number) => formatChange(share, (size) => formatPercent(size));
  return {
    change,
    /** That it is within the noise, or what the noise leaves of it. */
    noise(reading: Reading<Difference>): string {
      if (isUnavailable(reading) || isUnavailable(reading.interval)) return t('compare.unknown');
      if (reading.withinNoise === true) return t('compare.within');
      const [low, high] = reading.interval;
      return t('compare.range', { low: change(low).replace(' %', ''), high: change(high) });
    },
    point({ block, resolution, batch, frames, optimizer, checkpoint }: Point): string {
      const name = t('compare.pointName', {
        block: t(`block.${block}`),
        resolution,
        batch: t('run.batch', { batch }),
        frames: t('run.frames', { count: frames }),
      });
      return [
        name,
        ...(optimizer ? ['AdamW'] : []),
        ...(checkpoint ? [t('setting.checkpointing')] : []),
      ].join(' · ');
    },
  };
}
