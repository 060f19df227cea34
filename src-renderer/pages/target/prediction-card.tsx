import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { isUnavailable } from '../../../src-main/contract/evidence.js';
import type { Prediction } from '../../../src-main/contract/report.js';
import type { Target } from '../../../src-main/contract/target.js';
import { memoryFinding, reserveOf } from '../../../src-main/decide/memory-finding.js';
import { useFigures } from '../../app/figures.js';
import { useNames } from '../../app/names.js';
import { MemoryBar } from '../../charts/memory-bar.js';
import { Swatch } from '../../charts/swatch.js';
import { EvidenceTag, Facts, Section, Value } from '../../report/bits.js';
import { Status } from '../../report/status.js';
import { checkWords } from '../../report/words.js';
import type { Stale } from './use-prediction.js';

interface PredictionCardProps {
  prediction: Prediction;
  target: Target;
  /** Memory of the GPU that is judged; null where none is. Bytes. */
  freeBytes: number | null;
  gpuName: string | null;
  stale: Stale;
}

/** What moves with every control: memory by part against what is free, and the time of a step. */
export const PredictionCard = memo(function PredictionCard(props: PredictionCardProps) {
  const { prediction, target, freeBytes, gpuName, stale } = props;
  const { t } = useTranslation();
  const figures = useFigures();
  const names = useNames();
  const reserveBytes = freeBytes === null ? 0 : reserveOf(freeBytes);
  const status =
    freeBytes === null
      ? 'not-tested'
      : memoryFinding(prediction, { freeBytes, reserveBytes }, target).reason.status;
  const [low, high] = prediction.interval.peakBytes;
  return (
    <Section
      id="prediction"
      title={gpuName === null ? t('target.predicted') : t('target.predictedOn', { gpu: gpuName })}
      aside={<span role="status">{stale === null ? t('target.modelled') : t(`target.stale.${stale}`)}</span>}
    >
      <div className={stale === null ? undefined : 'stale'}>
        <p className="fit-line">
          <Status mark={checkWords[status].mark} word={t(`target.fit.${status}`)} />
        </p>
        <dl className="key-figures wide-figures">
          <div>
            <dt>{t('target.peak')}</dt>
            <dd>
              <b>{figures.size(prediction.peakBytesPerGpu)}</b>
              <small>
                {t('target.between', { low: figures.gib(low), high: figures.size(high) })};{' '}
                {names.phase(prediction.phase)}
              </small>
            </dd>
          </div>
          <div>
            <dt>{target.task === 'train' ? t('target.step') : t('target.denoisingStep')}</dt>
            <dd>
              <Value of={prediction.secondsPerStep}>{(seconds) => <b>{figures.seconds(seconds)}</b>}</Value>
              {!isUnavailable(prediction.samplesPerDay) && (
                <small>{t('target.perDay', { samples: figures.count(prediction.samplesPerDay) })}</small>
              )}
            </dd>
          </div>
        </dl>
        <MemoryBar
          parts={prediction.parts}
          freeBytes={freeBytes}
          reserveBytes={reserveBytes}
          interval={prediction.interval.peakBytes}
          words={{
            free: (free, kept) => t('target.freeLabel', { free, kept }),
            peak: t('target.peakLabel'),
            described: t('target.barLabel', { peak: figures.size(prediction.peakBytesPerGpu) }),
          }}
        />
        <table className="dense parts">
          <thead>
            <tr>
              <th scope="col">{t('target.part')}</th>
              <th scope="col" className="figure">
                GiB
              </th>
            </tr>
          </thead>
          <tbody>
            {prediction.parts.map((part, index) => (
              <tr key={part.id}>
                <th scope="row">
                  <Swatch index={index} /> {names.part(part)} <EvidenceTag evidence={part.evidence} />
                </th>
                <td className="figure">{figures.gib(part.bytes, 2)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr className="total">
              <th scope="row">{t('target.sum')}</th>
              <td className="figure">{figures.gib(prediction.peakBytesPerGpu, 2)}</td>
            </tr>
          </tfoot>
        </table>
        <Facts
          facts={[
            [
              t('target.total'),
              <Value of={prediction.secondsTotal} key="total">
                {figures.seconds}
              </Value>,
            ],
            [t('target.host'), figures.size(prediction.host.bytesPerRank)],
          ]}
        />
      </div>
    </Section>
  );
});
