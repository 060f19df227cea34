import { useTranslation } from 'react-i18next';
import { type RunState, runShare } from '../../src-main/contract/run-state.js';
import { useFigures } from './figures.js';

/** How far the run is, as a bar; one that only moves where that cannot be told. */
export function RunBar({ run, className }: { run: RunState; className?: string }) {
  const { t } = useTranslation();
  const share = runShare(run);
  return (
    <progress
      className={className}
      aria-label={t('shell.sweep')}
      max={share?.total ?? 1}
      {...(share === null ? {} : { value: share.done })}
    />
  );
}

/** Where the run stands, in words: the point that is measured, or the stage and step that is rehearsed. */
export function useProgressLine({ progress, rehearsal }: RunState): string {
  const { t } = useTranslation();
  const figures = useFigures();
  if (progress !== null)
    return t('run.pointOf', {
      index: figures.count(progress.index),
      total: figures.count(progress.total),
      left: figures.seconds(progress.secondsLeft),
    });
  if (rehearsal === null) return t('run.phase.detecting');
  const { attempt, stage, step, steps, secondsLeft } = rehearsal;
  return [
    ...(attempt > 1 ? [t('run.attempt', { attempt })] : []),
    stage === 'steps' ? t('run.stepOf', { step, steps }) : t(`run.stage.${stage}`),
    ...(secondsLeft === null || secondsLeft < 1
      ? []
      : [t('run.left', { left: figures.seconds(secondsLeft) })]),
  ].join(t('run.comma'));
}
