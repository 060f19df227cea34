import { isUnavailable, known } from '../../src-main/contract/evidence.js';
import {
  formatGiB,
  formatGiBRange,
  formatPercent,
  formatSeconds,
  gib,
} from '../../src-main/contract/format.js';
import type { BucketPrediction, Report } from '../../src-main/contract/report.js';
import { RangeBar, wholeOf } from '../charts/range-bar.js';
import { LeftOver, Section, Value, WideTable } from './bits.js';
import { batchToUse, leftOver, worstBucket } from './figures.js';
import { useSay } from './say.js';
import { phaseWords } from './words.js';

/** Every bucket of the run against free memory. One bucket alone is the run, and has its own sections. */
export function BucketsSection({ report }: { report: Report }) {
  const say = useSay();
  const { prediction, verdict } = report;
  if (isUnavailable(prediction) || prediction.buckets.length < 2) return null;
  const { buckets } = prediction;
  const limit = known(verdict.freeBytes) ?? null;
  const changes = buckets.some((_, index) => batchToUse(report, index) !== null);
  const whole = wholeOf(
    buckets.map(({ range }) => range),
    limit,
  );
  const heads = ['Share of steps', 'Peak', 'Interval', ...(limit === null ? [] : ['Left over'])];
  return (
    <Section
      id="buckets"
      title="Buckets: peak on each GPU in GiB, and step"
      aside={`the run goes only if each of the ${buckets.length} fits; left over: at the interval’s top, with the reserve kept back`}
    >
      <WideTable label="Table of buckets">
        <table className="buckets">
          <thead>
            <tr>
              <th scope="col">{say('Bucket')}</th>
              {heads.map((head) => (
                <th scope="col" className="figure" key={head}>
                  {say(head)}
                </th>
              ))}
              <th scope="col" className="bar">
                {say(limit === null ? 'Peak' : 'Against free memory')}
              </th>
              <th scope="col">{say('Phase of the peak')}</th>
              <th scope="col" className="figure">
                {say('Step')}
              </th>
              {changes && (
                <th scope="col" className="figure">
                  {say('Batch to use')}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {buckets.map((bucket, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two buckets may have the same words
              <tr key={index}>
                <BucketCells report={report} bucket={bucket} limit={limit} whole={whole} />
                {changes && (
                  <td className="figure">
                    <b>{batchToUse(report, index) ?? ''}</b>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </WideTable>
    </Section>
  );
}

function BucketCells(props: {
  report: Report;
  bucket: BucketPrediction;
  limit: number | null;
  whole: number;
}) {
  const { report, bucket, limit, whole } = props;
  const say = useSay();
  const { prediction } = report;
  const worst = !isUnavailable(prediction) && worstBucket(prediction) === bucket;
  return (
    <>
      <th scope="row">
        {say(bucket.label)}
        {worst && <small>{say('the worst for memory')}</small>}
      </th>
      <td className="figure">{formatPercent(bucket.share, 1)}</td>
      <td className="figure">{gib(bucket.peakBytes, 2)}</td>
      <td className="figure">{formatGiBRange(bucket.range).replace(' GiB', '')}</td>
      {limit !== null && (
        <td className="figure">
          <LeftOver bytes={leftOver(report, bucket.range)} />
        </td>
      )}
      <td className="bar">
        <RangeBar
          values={[bucket.peakBytes]}
          range={bucket.range}
          limit={limit}
          whole={whole}
          label={`${bucket.label}: ${formatGiB(bucket.peakBytes)}. Its row has the figures.`}
        />
      </td>
      <td>{say(phaseWords[bucket.phase])}</td>
      <td className="figure">
        <Value of={bucket.secondsPerStep}>{(seconds) => say(formatSeconds(seconds))}</Value>
      </td>
    </>
  );
}
