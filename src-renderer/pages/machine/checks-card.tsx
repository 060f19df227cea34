import { useTranslation } from 'react-i18next';
import type { Check } from '../../../src-main/contract/machine.js';
import { Section } from '../../report/bits.js';
import { useSay } from '../../report/say.js';
import { Status } from '../../report/status.js';
import { type CheckGroup, checkGroups, checkWords } from '../../report/words.js';

/** What fails first, with what to do about it; what passes is counted, and shown when it is asked for. */
export function ChecksCard({ checks }: { checks: Check[] }) {
  const { t } = useTranslation();
  const wanting = checks.filter(wantsAttention).length;
  const groups = checkGroups(checks);
  const passed = groups.filter(({ status }) => status === 'pass');
  const rest = groups.filter(({ status }) => status !== 'pass');
  return (
    <Section
      id="checks"
      title={t('machine.checks')}
      aside={
        wanting === 0 ? t('machine.inOrder') : t('machine.wanting', { count: wanting, total: checks.length })
      }
    >
      <CheckRows groups={rest} />
      {passed.length > 0 && (
        <details>
          <summary>{t('machine.passed', { passed: passed.length })}</summary>
          <CheckRows groups={passed} />
        </details>
      )}
    </Section>
  );
}

export function wantsAttention({ status }: Check): boolean {
  return status === 'fail' || status === 'look';
}

function CheckRows({ groups }: { groups: CheckGroup[] }) {
  const say = useSay();
  const { t } = useTranslation();
  if (groups.length === 0) return null;
  return (
    <ul className="rows">
      {groups.map(({ ids, status, text, action }) => (
        <li key={ids[0]}>
          <Status mark={checkWords[status].mark} word={t(`machine.check.${status}`)} />
          <span>
            {say(text)}
            {action && <small>{say(action)}</small>}
          </span>
        </li>
      ))}
    </ul>
  );
}
