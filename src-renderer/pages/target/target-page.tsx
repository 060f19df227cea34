import { useMemo, useRef, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { AskedTarget } from '../../../src-main/contract/run-request.js';
import type { Target } from '../../../src-main/contract/target.js';
import { Failed, Loading, PageHead } from '../../app/page.js';
import { useAnswer } from '../../app/use-client.js';
import { defaultsOf } from './defaults.js';
import { type Draft, draftStore } from './draft.js';
import { GpuChooser } from './gpu-chooser.js';
import { askedGpuOf, judgedOf } from './judged.js';
import { MeasureCard } from './measure-card.js';
import { neighbours } from './neighbours.js';
import { offeredFlags } from './offered.js';
import { OpenFile } from './open-file.js';
import { OpenedCard } from './opened-card.js';
import { PredictionCard } from './prediction-card.js';
import { type Resolved, resolveDraft } from './resolve-draft.js';
import { TargetForm } from './target-form.js';
import { usePrediction } from './use-prediction.js';
import { VerdictSection } from './verdict-section.js';

/** The run that a person intends, with what is predicted of it beside the controls. */
export default function TargetPage() {
  const { t } = useTranslation();
  const draft = useSyncExternalStore(draftStore.subscribe, draftStore.read);
  const { value: machine } = useAnswer('machine/read', { measure: false });
  const { flags, gpu, gpuMemory, opened } = draft;
  const resolved = useMemo<Resolved>(
    () => (opened === null ? resolveDraft(flags) : { target: opened.target }),
    [flags, opened],
  );
  const { judged, error: gpuError } = useMemo(
    () => judgedOf({ gpu, gpuMemory }, machine),
    [gpu, gpuMemory, machine],
  );
  const target = 'target' in resolved ? resolved.target : null;
  const lastTarget = useLast(target);
  const { predicted, stale, error } = usePrediction(target, judged.speed, () =>
    opened === null ? neighbours(flags) : [],
  );
  const form = {
    flags,
    defaults: useMemo(() => (lastTarget === null ? {} : defaultsOf(lastTarget)), [lastTarget]),
    error: 'target' in resolved ? null : resolved,
  };
  // A memory that cannot be read must not be answered for another.
  const asked = target === null || gpuError !== undefined ? null : askedOf(draft, target);
  const askedGpu = gpuError === undefined ? askedGpuOf(draft) : {};
  return (
    <>
      <PageHead title={t('target.title')} lead={t('target.lead')}>
        <OpenFile />
      </PageHead>
      <div className="target">
        <div>
          <GpuChooser draft={draft} machine={machine} error={gpuError} />
          {opened === null ? <TargetForm form={form} /> : <OpenedCard opened={opened} />}
          <MeasureCard asked={asked} gpu={askedGpu} machine={machine} />
        </div>
        <div className="sticky">
          {error !== null && stale !== null && <Failed error={error} />}
          {predicted === null ? (
            <Loading what={t('target.analysing')} />
          ) : (
            <PredictionCard
              prediction={predicted.result.prediction}
              target={predicted.target}
              freeBytes={judged.judgedGpu?.memoryBytes ?? null}
              gpuName={judged.judgedGpu?.name ?? null}
              stale={stale}
            />
          )}
        </div>
      </div>
      <VerdictSection asked={asked} gpu={askedGpu} />
    </>
  );
}

function askedOf({ flags, opened }: Draft, target: Target): AskedTarget {
  if (opened === null) return { flags: offeredFlags(flags) };
  return { target, assumptions: opened.assumptions, name: opened.name };
}

/** The last one that there was. */
function useLast<T>(value: T | null): T | null {
  const last = useRef(value);
  if (value !== null) last.current = value;
  return last.current;
}
