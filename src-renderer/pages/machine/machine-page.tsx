import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Live } from '../../../src-main/contract/channels.js';
import { useFigures } from '../../app/figures.js';
import { Failed, Loading, PageHead } from '../../app/page.js';
import { useAnswer, useEvent } from '../../app/use-client.js';
import { Button } from '../../controls/button.js';
import { LinksSection } from '../../report/machine-section.js';
import { ChecksCard, wantsAttention } from './checks-card.js';
import { GpuCard } from './gpu-card.js';
import { HostCard } from './host-card.js';
import { LessonsCard } from './lessons-card.js';
import { liveGpus } from './live-gpus.js';
import { NoGpuCard } from './no-gpu-card.js';
import { RatesCard } from './rates-card.js';

/** What is here, how much of it is free now, and what is wrong with it. */
export default function MachinePage() {
  const { t } = useTranslation();
  const figures = useFigures();
  const [measure, setMeasure] = useState(false);
  const [live, setLive] = useState<Live | null>(null);
  const { value: machine, error, pending, again } = useAnswer('machine/read', { measure });
  useEvent('machine/live', setLive);
  const measuring = pending && measure;
  const checks = machine !== undefined && <ChecksCard checks={machine.checks} />;
  const urgent = machine?.checks.some(wantsAttention) === true;
  return (
    <>
      <PageHead title={t('machine.title')} lead={machine?.host.hostname}>
        {machine !== undefined && machine.gpus.length > 0 && (
          <>
            <span className="aside">
              {live === null ? t('machine.waiting') : t('machine.live', { time: figures.time(live.at) })}
            </span>
            <Button isDisabled={pending} onPress={() => (measure ? again() : setMeasure(true))}>
              {measuring ? t('machine.measuring') : t('machine.measure')}
            </Button>
          </>
        )}
      </PageHead>
      {error !== undefined && !pending && <Failed error={error} again={again} />}
      {machine === undefined && pending && <Loading what={t('machine.reading')} />}
      {machine !== undefined && (
        <>
          {urgent && machine.gpus.length > 0 && checks}
          {machine.gpus.length === 0 ? (
            <NoGpuCard />
          ) : (
            <div className="gpu-cards">
              {liveGpus(machine.gpus, live).map((gpu, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: hidden GPUs have no index of their own
                <GpuCard gpu={gpu} key={index} />
              ))}
            </div>
          )}
          <LinksSection machine={machine} />
          <RatesCard rates={machine.rates} />
          {!(urgent && machine.gpus.length > 0) && checks}
          <LessonsCard />
          <HostCard machine={machine} freeBytes={live?.hostFreeBytes ?? machine.host.memory.freeBytes} />
        </>
      )}
    </>
  );
}
