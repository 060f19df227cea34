import { useTranslation } from 'react-i18next';
import { isRunning, type RunState } from '../../../src-main/contract/run-state.js';
import { RunBar, useProgressLine } from '../../app/run-progress.js';
import { Section } from '../../report/bits.js';
import { Status } from '../../report/status.js';
import type { Mark } from '../../report/words.js';

const marks: Record<RunState['phase'], Mark> = {
  detecting: 'none',
  sweeping: 'none',
  rehearsing: 'none',
  cancelling: 'look',
  done: 'pass',
  cancelled: 'look',
  failed: 'fail',
};

/** Where the run stands: what is measured now and how long it may take, or how it ended. */
export function StatusCard({ run }: { run: RunState }) {
  const { t } = useTranslation();
  const line = useProgressLine(run);
  const { phase, progress, rehearsal, device, error, probes, warning } = run;
  return (
    <Section
      id="status"
      title={t('run.now')}
      aside={device === null ? undefined : `${device.used}: ${device.reason}`}
    >
      <p className="fit-line" role="status">
        <Status mark={marks[phase]} word={t(`run.phase.${phase}`)} /> {error}
      </p>
      {isRunning(run) && (
        <>
          <RunBar run={run} className="wide-progress" />
          {(progress !== null || rehearsal !== null) && (
            <p className="quiet">
              {line}
              {progress !== null && (
                <>
                  {' · '}
                  {t(`block.${progress.point.block}`)},{' '}
                  {t('run.shape', { batch: progress.point.batch, frames: progress.point.frames })}
                </>
              )}
            </p>
          )}
        </>
      )}
      {!isRunning(run) && <p className="quiet">{t('run.measured', { count: probes.length })}</p>}
      {warning !== undefined && <p className="worse">{t('run.warning', { warning })}</p>}
    </Section>
  );
}
