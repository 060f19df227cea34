import { isUnavailable, type Reading } from '../../src-main/contract/evidence.js';
import {
  formatEnergy,
  formatSamplesPerDay,
  formatSeconds,
  secondsColumn,
} from '../../src-main/contract/format.js';
import type { Report } from '../../src-main/contract/report.js';
import { StackedBar } from '../charts/stacked-bar.js';
import { Facts, Section, Value } from './bits.js';
import { runTimes, stepTimes, type TimeRow } from './figures.js';
import { FootRow, PartsTable } from './parts-table.js';
import { useSay } from './say.js';
import { runName, stepName } from './words.js';

/** Where a step's time goes, and what the whole run takes; for inference from prompt to pixels. */
export function TimeSection({ report }: { report: Report }) {
  const say = useSay();
  const { prediction, target } = report;
  if (isUnavailable(prediction)) return null;
  const { secondsPerStep, secondsTotal, interval } = prediction;
  if (isUnavailable(secondsPerStep)) {
    return (
      <Section id="time" title="Time">
        <p className="quiet">{say(`Not known: ${secondsPerStep.unavailable}.`)}</p>
      </Section>
    );
  }
  const step = { name: stepName(report), rows: stepTimes(prediction), total: secondsPerStep };
  const run = { name: runName(report), rows: runTimes(report), total: secondsTotal };
  const range = isUnavailable(interval.secondsPerStep) ? null : interval.secondsPerStep;
  return (
    <Section
      id="time"
      title="Time"
      aside={prediction.buckets.length > 1 ? 'mean of the buckets, by their shares of the steps' : undefined}
    >
      {target.task === 'infer' && <TimeTable {...run} range={null} />}
      <TimeTable {...step} range={range} />
      {target.task === 'train' && <TimeTable {...run} range={null} />}
      <Facts
        facts={[
          ...(step.rows.length > 0 ? [] : [[step.name, formatSeconds(secondsPerStep)] as const]),
          [
            run.name,
            <Value key="total" of={secondsTotal}>
              {(seconds) => say(formatSeconds(seconds))}
            </Value>,
          ],
          [
            'Throughput',
            <Value key="samples" of={prediction.samplesPerDay}>
              {(samples) => say(formatSamplesPerDay(samples))}
            </Value>,
          ],
          [
            'Energy, at the power limit',
            <Value key="energy" of={prediction.energyJoules}>
              {(joules) => say(`${formatEnergy(joules)} at most`)}
            </Value>,
          ],
        ]}
      />
    </Section>
  );
}

interface TimeTableProps {
  name: string;
  rows: TimeRow[];
  total: Reading<number>;
  range: readonly [number, number] | null;
}

/** Parts of a time as a bar and as its table; nothing where there is nothing to add up. */
function TimeTable({ name, rows, total, range }: TimeTableProps) {
  const say = useSay();
  if (isUnavailable(total) || rows.length === 0) return null;
  const { unit, format } = secondsColumn([total]);
  return (
    <>
      <h3>{say(`${name}, ${formatSeconds(total)}`)}</h3>
      <StackedBar
        values={rows.map(({ seconds }) => seconds)}
        label={`${name}: ${formatSeconds(total)}. The table below has its parts.`}
      />
      <PartsTable
        unit={unit}
        rows={rows.map((row) => ({ ...row, value: row.seconds }))}
        format={format}
        whole={total}
      >
        <FootRow
          name={name}
          note={range === null ? null : `between ${format(range[0])} and ${format(range[1])}`}
          figure={format(total)}
          share="100.0 %"
          total
        />
      </PartsTable>
    </>
  );
}
