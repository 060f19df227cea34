import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { Section } from '../../report/bits.js';

/** Without a GPU there is still something to be had here. */
export function NoGpuCard() {
  const { t } = useTranslation();
  return (
    <Section id="no-gpu" title={t('machine.none.title')}>
      <p>{t('machine.none.lead')}</p>
      <ul className="steps">
        <li>
          {t('machine.none.plan')} <Link href="/target">{t('machine.none.planLink')}</Link>
        </li>
        <li>
          {t('machine.none.dry')} <Link href="/target">{t('machine.none.dryLink')}</Link>
        </li>
      </ul>
      <p className="quiet">{t('machine.none.mend')}</p>
    </Section>
  );
}
