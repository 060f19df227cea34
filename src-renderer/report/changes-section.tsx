import { isUnavailable, known, type Reading, unavailable } from '../../src-main/contract/evidence.js';
import { formatChange, formatGiB, formatSeconds } from '../../src-main/contract/format.js';
import type { Recommendation, Report } from '../../src-main/contract/report.js';
import { Section, Value } from './bits.js';
import { useSay } from './say.js';
import { flagsLine, nearestMissSentences, settingName } from './setting-words.js';

/** What to change, in the order in which to do it, and what each change buys; else what comes nearest. */
export function ChangesSection({ report }: { report: Report }) {
  const say = useSay();
  const { recommendation, nearestMiss } = report;
  const buckets = report.target.buckets.length;
  if (isUnavailable(recommendation) && !isUnavailable(nearestMiss)) {
    return (
      <Section id="changes" title="Nothing fits: the nearest miss">
        {nearestMissSentences(report).map((sentence) => (
          <p key={sentence}>{say(sentence)}</p>
        ))}
        <Flags
          settings={nearestMiss.settings}
          buckets={buckets}
          title="The settings of the nearest miss, as flags"
        />
      </Section>
    );
  }
  if (isUnavailable(recommendation)) {
    return (
      <Section id="changes" title="Changes">
        <p className="quiet">{say(`None recommended: ${recommendation.unavailable}.`)}</p>
      </Section>
    );
  }
  const { changes, settings } = recommendation;
  if (changes.length === 0) {
    return (
      <Section id="changes" title="Changes">
        <p className="quiet">{say('None: the target stays as it is.')}</p>
        <Flags settings={settings} buckets={buckets} title="Its settings, as flags" />
      </Section>
    );
  }
  return (
    <Section
      id="changes"
      title="Make these changes, in this order"
      aside="each against what stands before it"
    >
      <ChangesTable changes={changes} />
      <Flags settings={settings} buckets={buckets} title="All settings, as flags" />
    </Section>
  );
}

function ChangesTable({ changes }: Pick<Recommendation, 'changes'>) {
  const say = useSay();
  const bytes = changes.reduce((sum, change) => sum + change.bytes, 0);
  return (
    <table>
      <thead>
        <tr>
          <th scope="col" className="number">
            #
          </th>
          <th scope="col">{say('Setting')}</th>
          {['From', 'To', 'Memory on each GPU', 'Step'].map((name) => (
            <th scope="col" className="figure" key={name}>
              {say(name)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {changes.map((change, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the place is what a change is known by
          <tr key={index}>
            <td className="number">{index + 1}</td>
            <th scope="row">{say(settingName(change.setting))}</th>
            <td className="figure words">{say(change.from)}</td>
            <td className="figure words">
              <b>{say(change.to)}</b>
            </td>
            <ChangeCells bytes={change.bytes} seconds={change.seconds} />
          </tr>
        ))}
      </tbody>
      {changes.length > 1 && (
        <tfoot>
          <tr className="total">
            <td />
            <th scope="row" colSpan={3}>
              {say('All together')}
            </th>
            <ChangeCells bytes={bytes} seconds={secondsTogether(changes)} />
          </tr>
        </tfoot>
      )}
    </table>
  );
}

/** Unknown as soon as one of them is. */
function secondsTogether(changes: Recommendation['changes']): Reading<number> {
  const all = changes.map(({ seconds }) => known(seconds));
  if (all.includes(undefined)) return unavailable('not known of each');
  return all.reduce<number>((sum, seconds) => sum + seconds!, 0);
}

function ChangeCells({ bytes, seconds }: { bytes: number; seconds: Reading<number> }) {
  return (
    <>
      <td className="figure">
        <Change of={bytes} format={formatGiB} />
      </td>
      <td className="figure">
        <Value of={seconds}>{(value) => <Change of={value} format={formatSeconds} />}</Value>
      </td>
    </>
  );
}

/** Green is less, amber is more; the sign says the same. */
function Change({ of, format }: { of: number; format: (magnitude: number) => string }) {
  const say = useSay();
  const tone = of < 0 ? 'better' : of > 0 ? 'worse' : 'same';
  return <span className={tone}>{say(formatChange(of, format))}</span>;
}

function Flags(props: { settings: Recommendation['settings']; buckets: number; title: string }) {
  const { settings, buckets, title } = props;
  const say = useSay();
  const line = flagsLine(settings, buckets);
  if (line === '') return null;
  return (
    <>
      <h3>{say(title)}</h3>
      <pre>{line}</pre>
      {buckets > 1 && (
        <p className="quiet">{say('Each bucket’s micro-batch stands in the table of buckets.')}</p>
      )}
    </>
  );
}
