import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { GridWords } from '../../charts/probe-grid.js';

/** The words of a grid in the language that is shown. */
export function useGridWords(): GridWords {
  const { t } = useTranslation();
  return useMemo(
    () => ({
      block: ({ probes }) => t(`block.${probes[0]!.point.block}`),
      detail: ({ probes }) => {
        const { resolution, dtype, task, optimizer, depth, checkpoint } = probes[0]!.point;
        const work = task === 'infer' ? 'forward' : optimizer ? 'all' : 'backward';
        return [
          resolution,
          dtype,
          t(`run.work.${work}`),
          ...(depth > 1 ? [t('run.deep', { depth })] : []),
          ...(checkpoint ? [t('setting.checkpointing')] : []),
        ].join(' · ');
      },
      frames: (frames) => t('run.frames', { count: frames }),
      batch: (batch) => t('run.batch', { batch }),
      untried: t('run.untried'),
      wanted: t('run.wanted'),
      status: (status) => t(`run.status.${status}`),
      evidence: (evidence) => t(`evidence.${evidence}`),
      heldDown: t('run.heldDown'),
      whileTimed: t('run.whileTimed'),
    }),
    [t],
  );
}
