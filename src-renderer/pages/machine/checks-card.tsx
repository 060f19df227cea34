import { useTranslation } from 'react-i18next';
import type { Check } from '../../../src-main/contract/machine.js';
import { Section } from '../../report/bits.js';
import { Status } from '../../report/status.js';
import { checkWords } from '../../report/words.js';

const order: readonly Check['status'][] = ['fail', 'look', 'not-tested'];

/** What fails first, with what to do about it; what passes is counted, and shown when it is asked for. */
export function ChecksCard({ checks }: { checks: Check[] }) {
  const { t } = useTranslation();
  const wanting = checks.filter(wantsAttention).length;
  const passed = checks.filter(({ status }) => status === 'pass');
  const rest = checks
    .filter(({ status }) => status !== 'pass')
    .toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  return (
    <Section
      id="checks"
      title={t('machine.checks')}
      aside={
        wanting === 0 ? t('machine.inOrder') : t('machine.wanting', { count: wanting, total: checks.length })
      }
    >
      <CheckRows checks={rest} />
      {passed.length > 0 && (
        <details>
          <summary>{t('machine.passed', { passed: passed.length })}</summary>
          <CheckRows checks={passed} />
        </details>
      )}
    </Section>
  );
}

export function wantsAttention({ status }: Check): boolean {
  return status === 'fail' || status === 'look';
}

function CheckRows({ checks }: { checks: Check[] }) {
  const { t } = useTranslation();
  if (checks.length === 0) return null;
  return (
    <ul className="rows">
      {checks.map(({ id, status, text, action }) => (
        <li key={id}>
          <Status mark={checkWords[status].mark} word={t(`machine.check.${status}`)} />
          <span>
            {text}
            {action && <small>{action}</small>}
          </span>
        </li>
      ))}
    </ul>
  );
}
