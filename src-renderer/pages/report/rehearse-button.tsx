import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { gpuNames } from '../../../src-main/contract/gpu-names.js';
import type { KeptReport } from '../../../src-main/contract/kept-report.js';
import type { Machine } from '../../../src-main/contract/machine.js';
import { printable } from '../../../src-main/contract/printable.js';
import type { Report } from '../../../src-main/contract/report.js';
import { isRunning } from '../../../src-main/contract/run-state.js';
import { useFigures } from '../../app/figures.js';
import { Failed } from '../../app/page.js';
import { useAnswer, useClient } from '../../app/use-client.js';
import { useRun } from '../../app/use-run.js';
import { Button } from '../../controls/button.js';
import { ConfirmDialog } from '../../controls/confirm-dialog.js';
import { GpuHolders } from './gpu-holders.js';
import {
  gpusOfRun,
  hindranceHere,
  hindranceOf,
  rehearsalRequest,
  rehearsalSeconds,
} from './rehearsal-request.js';

interface RehearseProps {
  asked: KeptReport;
  report: Report;
}

/** Holds the recommended settings on this machine, once a person has said so; or says why it cannot be done from here. */
export function RehearseButton({ asked, report }: RehearseProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const running = isRunning(useRun() ?? null);
  const own = hindranceOf(report);
  const { value: machine, again } = useAnswer('machine/read', own === null ? { measure: false } : null);
  const why = own ?? (machine === undefined ? null : hindranceHere(report, machine, running));
  const [host, device] = [printable(report.machine.host.hostname), printable(report.device.used)];
  return (
    <>
      <Button
        isDisabled={why !== null || machine === undefined}
        onPress={() => {
          // Who is on the GPUs may have changed since the page was opened.
          again();
          setOpen(true);
        }}
      >
        {t('report.rehearse')}
      </Button>
      {why !== null && (
        <span className="quiet">
          {t('report.rehearsal.not', { why: t(`report.rehearsalNot.${why}`, { host, device }) })}
        </span>
      )}
      {machine !== undefined && why === null && (
        <RehearseDialog {...{ asked, report, machine }} isOpen={isOpen} onOpenChange={setOpen} />
      )}
    </>
  );
}

interface DialogProps extends RehearseProps {
  machine: Machine;
  isOpen: boolean;
  onOpenChange(isOpen: boolean): void;
}

function RehearseDialog({ asked, report, machine, ...open }: DialogProps) {
  const { t } = useTranslation();
  const figures = useFigures();
  const client = useClient();
  const [, navigate] = useLocation();
  const [error, setError] = useState<Error | null>(null);
  const seconds = rehearsalSeconds(report);
  const time =
    seconds === null
      ? t('report.rehearsal.minutes')
      : t('report.rehearsal.about', { time: figures.seconds(seconds) });
  const gpus = gpusOfRun(report, machine);
  const name = t('report.asTarget', { date: figures.date(report.createdAt) });
  const request = rehearsalRequest(report, asked, name);
  const on = gpus.length > 0 ? gpuNames(gpus) : t(`device.${request.device}`);
  const start = () => {
    client.ask('run/start', request).then(() => navigate('/run'), setError);
  };
  return (
    <>
      {error !== null && <Failed error={error} />}
      <ConfirmDialog
        {...open}
        title={t('report.rehearsal.title')}
        more={
          request.device === 'cpu'
            ? t('report.rehearsal.cpu', { time })
            : t('report.rehearsal.gpus', { gpus: on, time })
        }
        keep={t('report.rehearsal.keep')}
        confirm={t('report.rehearsal.now')}
        onConfirm={start}
      >
        {gpus.length > 0 && <GpuHolders gpus={gpus} />}
      </ConfirmDialog>
    </>
  );
}
