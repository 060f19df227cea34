import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { reportsIn } from '../../app/addresses.js';
import { PageHead } from '../../app/page.js';
import { letterOf } from '../../charts/scale.js';
import { Section } from '../../report/bits.js';
import { ComparedReports } from './compared-reports.js';
import { PairSection } from './pair-section.js';

/** The reports that the address names, each of the others against the first. */
export default function ComparePage() {
  const { t } = useTranslation();
  const [location] = useHashLocation();
  const reports = reportsIn(location);
  const [first, ...others] = reports;
  return (
    <>
      <PageHead title={t('compare.title')} lead={t('compare.lead')}>
        <Link href="/history">{t('report.toHistory')}</Link>
      </PageHead>
      {first === undefined || others.length === 0 ? (
        <Section id="few" title={t('compare.few')}>
          <p>{t('compare.fewMore')}</p>
        </Section>
      ) : (
        <>
          <ComparedReports reports={reports} />
          {others.map((other, index) => (
            <PairSection
              key={`${other.id} ${other.digest}`}
              first={first}
              other={other}
              letter={letterOf(index + 1)}
            />
          ))}
          <p className="quiet explain">{t('compare.explain')}</p>
        </>
      )}
    </>
  );
}
