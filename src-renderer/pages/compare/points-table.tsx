import { useTranslation } from 'react-i18next';
import { type ComparedPoint, type Difference, memoryKindOf } from '../../../src-main/contract/comparison.js';
import { isUnavailable, known, type Reading } from '../../../src-main/contract/evidence.js';
import { gib } from '../../../src-main/contract/format.js';
import { useFigures } from '../../app/figures.js';
import { ChangeBar, reachOf } from '../../charts/change-bar.js';
import { WideTable } from '../../report/bits.js';
import { useSay } from '../../report/say.js';
import { useChangeWords } from './use-change-words.js';

/** Letters of a pair. */
export interface PairNames {
  first: string;
  letter: string;
}

interface PointsTableProps {
  points: readonly ComparedPoint[];
  names: PairNames;
}

/** Every point that both have: time with what the noise leaves open, and memory. */
export function PointsTable({ points, names }: PointsTableProps) {
  const { t } = useTranslation();
  const kind = memoryKindOf(points);
  const sides = [names.first, names.letter, t('compare.change')];
  const reach = reachOf(points.flatMap(({ seconds }) => endsOf(seconds)));
  return (
    <WideTable label={t('compare.points', { ...names })}>
      <table className="dense points">
        <thead>
          <tr>
            <td colSpan={2} />
            <th scope="colgroup" colSpan={5} className="span-head">
              {t('compare.time')}
            </th>
            <th scope="colgroup" colSpan={3} className="span-head">
              {t(`compare.memory.${kind}`)}
            </th>
          </tr>
          <tr>
            <th scope="col">{t('compare.point')}</th>
            <th scope="col">{t('compare.provider')}</th>
            {sides.map((side) => (
              <th scope="col" className="figure" key={side}>
                {side}
              </th>
            ))}
            <th scope="col" className="figure">
              {t('compare.noise')}
            </th>
            <th scope="col" className="bar">
              {t('compare.chart')}
            </th>
            {sides.map((side) => (
              <th scope="col" className="figure" key={side}>
                {side}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map((compared, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: points of a comparison never change places
            <PointRow compared={compared} kind={kind} reach={reach} key={index} />
          ))}
        </tbody>
      </table>
    </WideTable>
  );
}

interface PointRowProps {
  compared: ComparedPoint;
  kind: keyof ComparedPoint['memory'];
  reach: number;
}

function PointRow({ compared, kind, reach }: PointRowProps) {
  const { t } = useTranslation();
  const figures = useFigures();
  const words = useChangeWords();
  const { point, provider, statuses, seconds } = compared;
  const name = words.point(point);
  const memory = compared.memory[kind]!;
  const [first, other] = statuses;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="nowrap">{provider}</td>
      {first !== 'ok' || other !== 'ok' ? (
        <td colSpan={8} className="worse">
          {t('compare.ended', { first: t(`run.status.${first}`), other: t(`run.status.${other}`) })}
        </td>
      ) : (
        <>
          <Cells of={seconds} format={figures.seconds} />
          <td className="figure">{words.noise(seconds)}</td>
          <td className="bar">
            {!isUnavailable(seconds) && (
              <ChangeBar
                change={seconds.change}
                interval={known(seconds.interval) ?? null}
                reach={reach}
                label={t('compare.bar', {
                  name,
                  change: words.change(seconds.change),
                  noise: words.noise(seconds),
                })}
              />
            )}
          </td>
          <Cells of={memory} format={(bytes) => gib(bytes)} />
        </>
      )}
    </tr>
  );
}

/** Both figures and the change; what has none says why. */
function Cells({ of, format }: { of: Reading<Difference>; format(value: number): string }) {
  const words = useChangeWords();
  const say = useSay();
  if (isUnavailable(of))
    return (
      <td className="figure missing" colSpan={3}>
        – <small>{say(of.unavailable)}</small>
      </td>
    );
  const tone = of.change === 0 || of.withinNoise === true ? 'same' : of.change < 0 ? 'better' : 'worse';
  return (
    <>
      <td className="figure">{format(of.values[0])}</td>
      <td className="figure">{format(of.values[1])}</td>
      <td className={`figure ${tone}`}>{words.change(of.change)}</td>
    </>
  );
}

/** A change, and the ends of its interval where they are known. */
function endsOf(seconds: Reading<Difference>): number[] {
  if (isUnavailable(seconds)) return [];
  return [seconds.change, ...(known(seconds.interval) ?? [])];
}
