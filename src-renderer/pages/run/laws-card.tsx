import { useTranslation } from 'react-i18next';
import { gibi } from '../../../src-main/contract/format.js';
import { useFigures } from '../../app/figures.js';
import { LineChart } from '../../charts/line-chart.js';
import { Swatch } from '../../charts/swatch.js';
import { type Law, lineOf } from './laws.js';

/** How memory and throughput grow with the batch: what was measured, and the law through it. */
export function LawCharts({ laws, block }: { laws: Law[]; block: string }) {
  const { t } = useTranslation();
  const figures = useFigures();
  if (laws.length === 0) return null;
  const batch = { label: t('setting.batch'), format: figures.count, from: 0 };
  return (
    <>
      <div className="pair charts">
        <LineChart
          lines={laws.map((law) => lineOf(law, ({ bytes }) => bytes / gibi, scaled(law.bytesAt, gibi)))}
          x={batch}
          y={{ label: t('run.memory'), format: figures.count }}
          label={t('run.memoryChart', { block })}
        />
        <LineChart
          lines={laws.map((law) =>
            lineOf(law, ({ tokensPerSecond }) => tokensPerSecond, law.tokensPerSecondAt),
          )}
          x={batch}
          y={{ label: t('run.throughput'), format: figures.count }}
          label={t('run.throughputChart', { block })}
        />
      </div>
      <p className="legend aside">
        {laws.map(({ frames }, index) => (
          <span key={frames}>
            {laws.length > 1 && <Swatch index={index} />} {t('run.frames', { count: frames })}
          </span>
        ))}
        <span>{t('run.law')}</span>
      </p>
      <details>
        <summary>{t('run.asTable')}</summary>
        <LawTable laws={laws} />
      </details>
    </>
  );
}

const scaled = (at: Law['bytesAt'], unit: number) => at && ((batch: number) => at(batch) / unit);

function LawTable({ laws }: { laws: Law[] }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const heads = [t('run.memory'), t('run.byLaw'), t('run.throughput'), t('run.byLaw')];
  const cell = (text: string | undefined) => <td className="figure">{text ?? '–'}</td>;
  return (
    <table className="dense">
      <thead>
        <tr>
          <th scope="col">{t('setting.frames')}</th>
          <th scope="col" className="figure">
            {t('setting.batch')}
          </th>
          {heads.map((head, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: fixed columns, of which two have the same name
            <th scope="col" className="figure" key={index}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {laws.flatMap(({ frames, rows, bytesAt, tokensPerSecondAt }) =>
          rows.map(({ batch, bytes, tokensPerSecond }) => (
            <tr key={`${frames} ${batch}`}>
              <th scope="row">{frames}</th>
              <td className="figure">{batch}</td>
              {cell(figures.gib(bytes, 2))}
              {cell(bytesAt && figures.gib(bytesAt(batch), 2))}
              {cell(figures.count(Math.round(tokensPerSecond)))}
              {cell(tokensPerSecondAt && figures.count(Math.round(tokensPerSecondAt(batch))))}
            </tr>
          )),
        )}
      </tbody>
    </table>
  );
}
