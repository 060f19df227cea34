import { memo, useMemo } from 'react';
import { type Evidence, isUnavailable } from '../../src-main/contract/evidence.js';
import { formatSeconds, gib, gibDigits } from '../../src-main/contract/format.js';
import type { Probe, ProbeStatus } from '../../src-main/contract/probe.js';
import type { Target } from '../../src-main/contract/target.js';
import { slowedBy, slowedLine } from '../report/condition-words.js';
import { type Say, useSay } from '../report/say.js';
import { cellOf, isTargetShape, type Series } from '../report/series.js';
import { Shape, Status } from '../report/status.js';
import { probeWords } from '../report/words.js';

/** What stands in a grid beside its figures. */
export interface GridWords {
  block(series: Series): string;
  detail(series: Series): string;
  frames(count: number): string;
  batch(count: number): string;
  untried: string;
  wanted: string;
  status(status: ProbeStatus): string;
  evidence(evidence: Evidence): string;
  /** Of clocks that something held down while a probe was timed. */
  heldDown: string;
  whileTimed: string;
}

const reportWords = (say: Say): GridWords => ({
  block: ({ name }) => say(name),
  detail: ({ detail }) => say(detail),
  frames: (count) => say(`${count} ${count === 1 ? 'frame' : 'frames'}`),
  batch: (count) => say(`batch ${count}`),
  untried: say('not tried'),
  wanted: say('target'),
  status: (status) => say(probeWords[status].short),
  evidence: (evidence) => say(evidence),
  heldDown: say('held down'),
  whileTimed: say('while timed:'),
});

interface ProbeGridProps {
  series: Series;
  /** Whose shapes are set off; null while it is not known. */
  target: Target | null;
  /** Of a page that is no report. */
  words?: GridWords;
}

/** Live memory and seconds by batch and frames. The chart is its own table: shading repeats what the figure says. */
export function ProbeGrid({ series, target, words: given }: ProbeGridProps) {
  const say = useSay();
  const words = useMemo(() => given ?? reportWords(say), [given, say]);
  const top = series.probes.reduce((most, probe) => Math.max(most, liveBytes(probe)), 0);
  const digits = gibDigits(top);
  const slowed = series.probes.filter((probe) => slowedBy(probe).length > 0);
  return (
    <div>
      <table className="grid">
        <caption>
          <b>{words.block(series)}</b> {words.detail(series)}
        </caption>
        <thead>
          <tr>
            <td />
            {series.frames.map((frames) => (
              <th scope="col" key={frames}>
                {words.frames(frames)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {series.batches.map((batch) => (
            <tr key={batch}>
              <th scope="row">{words.batch(batch)}</th>
              {series.frames.map((frames) => {
                const probe = cellOf(series, batch, frames);
                const heat = probe && top > 0 ? Math.ceil((liveBytes(probe) / top) * 5) : 0;
                const wanted = target !== null && isTargetShape(target, series, batch, frames);
                return (
                  <Cell
                    key={frames}
                    probe={probe}
                    heat={heat}
                    digits={digits}
                    wanted={wanted}
                    words={words}
                  />
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {slowed.map((probe) => (
        <p className="slowed" key={slowedLine(probe)}>
          <Status mark="look" word={words.heldDown} /> {words.whileTimed} {say(slowedLine(probe))}
        </p>
      ))}
    </div>
  );
}

interface CellProps {
  probe: Probe | undefined;
  /** Share of the grid's most memory, in fifths. */
  heat: number;
  digits: number;
  wanted: boolean;
  words: GridWords;
}

/** Drawn anew only where it changes: a grid of thousands fills cell by cell. */
const Cell = memo(function Cell({ probe, heat, digits, wanted, words }: CellProps) {
  return (
    <td className={`${cellClass(probe, heat)}${wanted ? ' wanted' : ''}`}>
      {probe ? (
        <Outcome probe={probe} digits={digits} words={words} />
      ) : (
        <span className="untried">{words.untried}</span>
      )}
      {wanted && <small className="wanted-word">{words.wanted}</small>}
    </td>
  );
});

function Outcome({ probe, digits, words }: { probe: Probe; digits: number; words: GridWords }) {
  if (probe.status !== 'ok') {
    const { mark } = probeWords[probe.status];
    return (
      <span className={`status ${mark}`}>
        <Shape mark={mark} />
        {words.status(probe.status)}
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
          : words.evidence(probe.evidence)}
      </small>
    </>
  );
}

function cellClass(probe: Probe | undefined, heat: number): string {
  if (!probe) return 'cell empty';
  if (probe.status !== 'ok') return `cell failed ${probeWords[probe.status].mark}`;
  return `cell heat-${heat}${probe.evidence === 'measured' ? '' : ' inferred'}`;
}

/** 0 where it is not known. */
export function liveBytes(probe: Probe): number {
  if (isUnavailable(probe.memory) || isUnavailable(probe.memory.liveBytes)) return 0;
  return probe.memory.liveBytes;
}
