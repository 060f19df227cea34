import { useTranslation } from 'react-i18next';
import type { PairComparison } from '../../../src-main/contract/comparison.js';
import type { KeptReport } from '../../../src-main/contract/kept-report.js';
import { printable, printableText } from '../../../src-main/contract/printable.js';
import { errorLine } from '../../app/error-line.js';
import { Loading } from '../../app/page.js';
import { useAnswer } from '../../app/use-client.js';
import { letterOf } from '../../charts/scale.js';
import { Section } from '../../report/bits.js';
import { Status } from '../../report/status.js';
import { MachineDifferences } from './machine-differences.js';
import { PointsTable } from './points-table.js';

interface PairSectionProps {
  first: KeptReport;
  other: KeptReport;
  letter: string;
}

const firstLetter = letterOf(0);

/** A report against the first. One that cannot be compared says why, and the others are compared all the same. */
export function PairSection({ first, other, letter }: PairSectionProps) {
  const { t } = useTranslation();
  const { value, error, pending } = useAnswer('compare', { reports: [first, other] });
  const pair = value?.pairs[0];
  // The main side calls them by their ids, and the page by their letters.
  const reason = error && errorLine(error, t).replace(other.id, letter).replace(first.id, firstLetter);
  return (
    <Section id={`pair-${letter}`} title={t('compare.against', { letter, first: firstLetter })}>
      {pair === undefined && pending && <Loading what={t('compare.comparing')} />}
      {reason !== undefined && !pending && (
        <p role="alert">
          <Status mark="none" word={t('compare.refused')} /> {printableText(reason)}
        </p>
      )}
      {pair !== undefined && <Pair pair={printable(pair)} letter={letter} />}
    </Section>
  );
}

function Pair({ pair, letter }: { pair: PairComparison; letter: string }) {
  const { t } = useTranslation();
  const { points, onlyInFirst, onlyInOther, targetDifferences, machines } = pair;
  const names = { first: firstLetter, letter };
  return (
    <>
      <p className="quiet">
        {t('compare.common', { count: points.length, onlyInFirst, onlyInOther, ...names })}
      </p>
      <PointsTable points={points} names={names} />
      {targetDifferences.length > 0 && (
        <>
          <p>
            <Status mark="look" word={t('machine.check.look')} /> {t('compare.otherRun')}
          </p>
          <ul className="differences">
            {targetDifferences.map((difference) => (
              <li key={difference}>{difference}</li>
            ))}
          </ul>
        </>
      )}
      <MachineDifferences machines={machines} names={names} />
    </>
  );
}
