import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { isRunning, type RunState } from '../../src-main/contract/run-state.js';
import { RunBar, useProgressLine } from './run-progress.js';
import { useRun } from './use-run.js';

/** The run under way, on every page but its own. */
export function RunStrip() {
  const run = useRun() ?? null;
  const [location] = useLocation();
  if (run === null || !isRunning(run) || location.startsWith('/run')) return null;
  return <Strip run={run} />;
}

function Strip({ run }: { run: RunState }) {
  const { t } = useTranslation();
  const line = useProgressLine(run);
  return (
    <section className="run-strip" aria-label={t('shell.sweep')}>
      <RunBar run={run} />
      <span>{line}</span>
      <Link href="/run">{t('shell.toRun')}</Link>
    </section>
  );
}
