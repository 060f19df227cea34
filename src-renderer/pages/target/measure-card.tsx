import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { commandLine, runWords } from '../../../src-main/contract/command-line.js';
import type { Machine } from '../../../src-main/contract/machine.js';
import type { AskedGpu, AskedRun, AskedTarget } from '../../../src-main/contract/run-request.js';
import { isRunning } from '../../../src-main/contract/run-state.js';
import { type Device, type Profile, profileSchema } from '../../../src-main/contract/target.js';
import { Failed } from '../../app/page.js';
import { useClient } from '../../app/use-client.js';
import { useRun } from '../../app/use-run.js';
import { Button } from '../../controls/button.js';
import { Choice } from '../../controls/choice.js';
import { CopyButton } from '../../controls/copy-button.js';
import { Toggle } from '../../controls/toggle.js';
import { Section } from '../../report/bits.js';

interface MeasureCardProps {
  asked: AskedTarget | null;
  gpu: AskedGpu;
  machine: Machine | undefined;
}

/** From a prediction to a measurement: on what, how long, and go. */
export function MeasureCard({ asked, gpu, machine }: MeasureCardProps) {
  const { t } = useTranslation();
  const client = useClient();
  const run = useRun() ?? null;
  const [, navigate] = useLocation();
  const [device, setDevice] = useState<Device>('auto');
  const [profile, setProfile] = useState<Profile>('quick');
  const [rehearse, setRehearse] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const [starting, setStarting] = useState(false);
  const devices = useMemo(() => {
    const usable = (machine?.providers ?? []).filter((provider) => provider.usable);
    const ids: Device[] = ['auto', ...usable.map((provider) => provider.device)];
    return ids.map((id) => ({ id, text: t(`device.${id}`) }));
  }, [machine, t]);
  const profiles = useMemo(() => profileSchema.options.map((id) => ({ id, text: t(`profile.${id}`) })), [t]);
  const request = (of: AskedTarget): AskedRun => ({
    asked: of,
    device,
    gpus: null,
    profile,
    rehearse,
    ...gpu,
  });
  const start = () => {
    if (asked === null) return;
    setStarting(true);
    client.ask('run/start', request(asked)).then(
      () => navigate('/run'),
      (failure: Error) => {
        setError(failure);
        setStarting(false);
      },
    );
  };
  return (
    <Section id="measure" title={t('target.measure')} aside={t('target.measureLead')}>
      <div className="measure-row">
        <Choice<Device> label={t('target.device')} value={device} options={devices} onChange={setDevice} />
        <Choice<Profile>
          label={t('target.profile')}
          value={profile}
          options={profiles}
          onChange={setProfile}
        />
        <div className="whole-row">
          <Toggle label={t('target.rehearse')} selected={rehearse} onChange={setRehearse} />
          {rehearse && <p className="quiet">{t('target.rehearseMore')}</p>}
        </div>
        <Button primary isDisabled={asked === null || starting || isRunning(run)} onPress={start}>
          {t('target.start')}
        </Button>
      </div>
      {isRunning(run) && <p className="quiet">{t('target.underWay')}</p>}
      {error !== null && <Failed error={error} />}
      {asked !== null && <Command request={request(asked)} />}
    </Section>
  );
}

/** The same as a command; of a file its name stands for where it lies. */
function Command({ request }: { request: AskedRun }) {
  const { t } = useTranslation();
  const file = 'name' in request.asked ? request.asked.name : '';
  const command = commandLine(runWords(request, file));
  return (
    <div className="command-row">
      <pre>{command}</pre>
      <CopyButton text={command} label={t('target.copy')} />
    </div>
  );
}
