import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { isUnavailable, known } from '../../../src-main/contract/evidence.js';
import { gibi } from '../../../src-main/contract/format.js';
import type { RunSample } from '../../../src-main/contract/run-state.js';
import { useFigures } from '../../app/figures.js';
import { LineChart } from '../../charts/line-chart.js';
import { Section, Value } from '../../report/bits.js';

const readings = [
  { id: 'usedBytes', unit: 'GiB', scale: gibi, digits: 1 },
  { id: 'powerWatts', unit: 'W', scale: 1, digits: 0 },
  { id: 'smMHz', unit: 'MHz', scale: 1, digits: 0 },
  { id: 'gpuCelsius', unit: '°C', scale: 1, digits: 0 },
] as const;

/** Memory, power, clock and heat over the last two minutes; what is not read says why. */
export const SamplesCard = memo(function SamplesCard({ samples }: { samples: readonly RunSample[] }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const last = samples.at(-1);
  if (last === undefined) return null;
  return (
    <Section id="samples" title={t('run.live')} aside={t('run.liveLead')}>
      <div className="samples">
        {readings.map(({ id, unit, scale, digits }) => {
          const dots = samples.flatMap((sample): [number, number][] => {
            const value = known<number>(sample[id]);
            return value === undefined ? [] : [[sample.seconds, value / scale]];
          });
          const format = (value: number) => value.toFixed(digits);
          return (
            <div key={id}>
              <p>
                <span className="quiet">{t(`run.reading.${id}`)}</span>{' '}
                <b>
                  <Value of={last[id]}>{(value) => `${format(value / scale)} ${unit}`}</Value>
                </b>
              </p>
              {!isUnavailable(last[id]) && (
                <LineChart
                  lines={[{ key: id, dots: [], path: dots }]}
                  x={{ label: t('run.since'), format: figures.count }}
                  y={{ label: unit, format: figures.count }}
                  label={t('run.readingChart', {
                    name: t(`run.reading.${id}`),
                    least: format(Math.min(...dots.map(([, value]) => value))),
                    most: format(Math.max(...dots.map(([, value]) => value))),
                    unit,
                  })}
                  width={320}
                  height={150}
                />
              )}
            </div>
          );
        })}
      </div>
    </Section>
  );
});
