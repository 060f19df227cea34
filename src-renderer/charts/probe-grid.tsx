import { isUnavailable } from '../../src-main/contract/evidence.js';
import { formatSeconds, gib, gibDigits } from '../../src-main/contract/format.js';
import type { Probe } from '../../src-main/contract/probe.js';
import type { Target } from '../../src-main/contract/target.js';
import { slowedBy, slowedLine } from '../report/condition-words.js';
import { cellOf, isTargetShape, type Series } from '../report/series.js';
import { Shape, Status } from '../report/status.js';
import { probeWords } from '../report/words.js';

/** Live memory and seconds by batch and frames. The chart is its own table: shading repeats what the figure says. */
export function ProbeGrid({ series, target }: { series: Series; target: Target }) {
  const live = series.probes.map(liveBytes);
  const top = Math.max(0, ...live);
  const digits = gibDigits(top);
  const slowed = series.probes.filter((probe) => slowedBy(probe).length > 0);
  return (
    <div>
      <table className="grid">
        <caption>
          <b>{series.name}</b> {series.detail}
        </caption>
        <thead>
          <tr>
            <td />
            {series.frames.map((frames) => (
              <th scope="col" key={frames}>
                {frames} {frames === 1 ? 'frame' : 'frames'}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {series.batches.map((batch) => (
            <tr key={batch}>
              <th scope="row">batch {batch}</th>
              {series.frames.map((frames) => {
                const probe = cellOf(series, batch, frames);
                const heat = probe && top > 0 ? Math.ceil((liveBytes(probe) / top) * 5) : 0;
                const wanted = isTargetShape(target, series, batch, frames);
                return (
                  <td key={frames} className={`${cellClass(probe, heat)}${wanted ? ' wanted' : ''}`}>
                    {probe ? (
                      <Cell probe={probe} digits={digits} />
                    ) : (
                      <span className="untried">not tried</span>
                    )}
                    {wanted && <small className="wanted-word">target</small>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {slowed.map((probe) => (
        <p className="slowed" key={slowedLine(probe)}>
          <Status mark="look" word="held down" /> while timed: {slowedLine(probe)}
        </p>
      ))}
    </div>
  );
}

function Cell({ probe, digits }: { probe: Probe; digits: number }) {
  if (probe.status !== 'ok') {
    const { short, mark } = probeWords[probe.status];
    return (
      <span className={`status ${mark}`}>
        <Shape mark={mark} />
        {short}
      </span>
    );
  }
  return (
    <>
      <b>{isUnavailable(probe.memory) ? '–' : gib(liveBytes(probe), digits)}</b>
      <small>
        {slowedBy(probe).length > 0 && (
          <span className="status look">
            <Shape mark="look" />
          </span>
        )}
        {probe.evidence === 'measured' && !isUnavailable(probe.time)
          ? formatSeconds(probe.time.medianSeconds)
          : probe.evidence}
      </small>
    </>
  );
}

function cellClass(probe: Probe | undefined, heat: number): string {
  if (!probe) return 'cell empty';
  if (probe.status !== 'ok') return `cell failed ${probeWords[probe.status].mark}`;
  return `cell heat-${heat}${probe.evidence === 'measured' ? '' : ' inferred'}`;
}

function liveBytes(probe: Probe): number {
  if (isUnavailable(probe.memory) || isUnavailable(probe.memory.liveBytes)) return 0;
  return probe.memory.liveBytes;
}
