import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { dtypeSchema, modelIdSchema, taskSchema } from '../../../src-main/contract/target.js';
import { pluginsOf, sequenceGroups, tensorGroups } from '../../../src-main/predict/resolve-parallelism.js';
import { Section } from '../../report/bits.js';
import { draftStore } from './draft.js';
import { ChoiceFlag, type FormState, ScaleFlag, TextFlag, ToggleFlag } from './form-fields.js';
import { adapted, batchesOffered, framesOffered, gpuCountsOffered, versionOf } from './offered.js';

/** Another model, or another autoencoder of it, takes other sizes and frames. */
const adapt = (change: { model: string } | { ae: string }) =>
  draftStore.change({ flags: adapted({ ...draftStore.read().flags, ...change }) });
const setModel = (model: string) => adapt({ model });
const setAe = (ae: string) => adapt({ ae });

/** The run by its settings: only what the version really has. */
export function TargetForm({ form }: { form: FormState }) {
  const { t } = useTranslation();
  const version = versionOf(form.flags);
  const isV2 = version.id === 'v2.0';
  const frames = useMemo(() => framesOffered(version), [version]);
  const groups = (sizes: readonly number[]) => sizes.map(String);
  return (
    <>
      <Section id="video" title={t('target.video')}>
        <div className="fields">
          <ChoiceFlag form={form} field="model" options={modelIdSchema.options} onChange={setModel} />
          <ChoiceFlag form={form} field="task" options={taskSchema.options} />
          <ChoiceFlag form={form} field="resolution" options={version.resolutions} />
          <ChoiceFlag form={form} field="aspect" options={version.aspects} />
          <ChoiceFlag form={form} field="ae" options={['hunyuan', 'dc-ae']} onChange={setAe} />
          <ScaleFlag form={form} field="frames" places={frames} />
          <ScaleFlag form={form} field="batch" places={batchesOffered} />
        </div>
      </Section>
      <Section id="spread" title={t('target.spread')}>
        <div className="fields">
          <ScaleFlag form={form} field="gpuCount" places={gpuCountsOffered} />
          <TextFlag form={form} field="nodes" />
          <TextFlag form={form} field="interNodeGbps" />
          <ChoiceFlag form={form} field="plugin" options={pluginsOf(version)} />
          <ChoiceFlag form={form} field="sp" options={groups(sequenceGroups(version))} />
          <ChoiceFlag form={form} field="tp" options={groups(tensorGroups(version))} />
        </div>
      </Section>
      <Section id="memory-settings" title={t('target.settings')}>
        <div className="fields">
          <ChoiceFlag form={form} field="dtype" options={dtypeSchema.options} />
          {isV2 ? (
            <TextFlag form={form} field="checkpointing" hint={t('target.checkpointingHint')} />
          ) : (
            <ChoiceFlag form={form} field="checkpointing" options={['none', 'full']} />
          )}
          <TextFlag form={form} field="effectiveBatch" />
          <TextFlag form={form} field="loraRank" />
          <TextFlag form={form} field="steps" />
          <TextFlag form={form} field="samplingSteps" />
        </div>
        <div className="toggles">
          <ToggleFlag form={form} field="cachedText" />
          <ToggleFlag form={form} field="cachedVideo" />
          <ToggleFlag form={form} field="ema" />
          <ToggleFlag form={form} field="offload" />
          <ToggleFlag form={form} field="i2v" />
          <ToggleFlag form={form} field="vaeTiling" />
        </div>
      </Section>
    </>
  );
}
