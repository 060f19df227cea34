import { isUnavailable } from '../../src-main/contract/evidence.js';
import { formatSeconds } from '../../src-main/contract/format.js';
import type { Report } from '../../src-main/contract/report.js';
import { OperatorTable, operatorValues } from '../charts/operator-table.js';
import { ProbeGrid } from '../charts/probe-grid.js';
import { StackedBar } from '../charts/stacked-bar.js';
import { Section } from './bits.js';
import { useSay } from './say.js';
import { failuresOf, profiledProbe, type Series } from './series.js';
import { Status } from './status.js';
import { probeWords } from './words.js';

interface Measured {
  report: Report;
  series: Series[];
}

/** A grid for each block. */
export function GridSection({ report, series }: Measured) {
  if (series.length === 0) return null;
  return (
    <Section
      id="grids"
      title="One block by batch and frames"
      aside={`live memory in GiB over median time; measured on ${report.device.used} unless marked`}
    >
      <div className="grids">
        {series.map((each) => (
          <ProbeGrid key={each.key} series={each} target={report.target} />
        ))}
      </div>
    </Section>
  );
}

/** Where the time of the largest profiled probe of each block went. */
export function OperatorSection({ series }: Pick<Measured, 'series'>) {
  const say = useSay();
  const columns = series.flatMap((each) => {
    const probe = profiledProbe(each);
    if (!probe || isUnavailable(probe.time)) return [];
    return [{ key: each.key, name: each.name, seconds: probe.time.secondsByOperatorClass, probe }];
  });
  if (columns.length === 0) return null;
  return (
    <Section id="operators" title="Time by class of operator" aside="one profiled run of one block, measured">
      {columns.map(({ key, name, seconds, probe }) => (
        <div className="bar-row" key={key}>
          <span>
            {say(`${name}, ${formatSeconds(isUnavailable(probe.time) ? 0 : probe.time.medianSeconds)}`)}
          </span>
          <StackedBar
            values={operatorValues(seconds)}
            label={`Time by class of operator: ${name}. The table below has it.`}
          />
        </div>
      ))}
      <OperatorTable columns={columns} />
    </Section>
  );
}

/** Every probe that did not end well, those with the same end and cause together. */
export function FailuresSection({ report, series }: Measured) {
  const say = useSay();
  const failures = failuresOf(series);
  if (failures.length === 0) return null;
  const count = report.probes.filter((probe) => probe.status !== 'ok').length;
  return (
    <Section id="failures" title="Probes that failed" aside={`${count} of ${report.probes.length}`}>
      <table>
        <thead>
          <tr>
            {['Block', 'Ended as', 'At', 'Cause'].map((head) => (
              <th scope="col" key={head}>
                {say(head)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {failures.map(({ key, name, detail, status, shapes, cause }) => (
            <tr key={key}>
              <th scope="row">
                {say(name)}
                <small>{say(detail)}</small>
              </th>
              <td className="nowrap">
                <Status {...probeWords[status]} />
              </td>
              <td>
                {shapes.map(({ batch, frames }) => (
                  <div key={batch}>{say(`batch ${batch}: ${frames.join(', ')} frames`)}</div>
                ))}
              </td>
              <td className="long">{say(cause || 'no cause was given')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
