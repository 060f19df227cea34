import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { isRunning } from '../../src-main/contract/run-state.js';
import { useFigures } from './figures.js';
import { useRun } from './use-run.js';

/** The sweep under way, on every page but its own. */
export function RunStrip() {
  const { t } = useTranslation();
  const figures = useFigures();
  const run = useRun() ?? null;
  const [location] = useLocation();
  if (run === null || !isRunning(run) || location.startsWith('/run')) return null;
  const { progress } = run;
  return (
    <section className="run-strip" aria-label={t('shell.sweep')}>
      <progress
        aria-label={t('shell.sweep')}
        max={progress?.total ?? 1}
        {...(progress === null ? {} : { value: progress.index - 1 })}
      />
      <span>
        {progress === null
          ? t('run.phase.detecting')
          : t('run.pointOf', {
              index: figures.count(progress.index),
              total: figures.count(progress.total),
              left: figures.seconds(progress.secondsLeft),
            })}
      </span>
      <Link href="/run">{t('shell.toRun')}</Link>
    </section>
  );
}
