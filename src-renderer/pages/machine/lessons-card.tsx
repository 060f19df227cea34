import { useState } from 'react';
import { DialogTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Lesson } from '../../../src-main/contract/lesson.js';
import { printable } from '../../../src-main/contract/printable.js';
import { reportPath } from '../../app/addresses.js';
import { useFigures } from '../../app/figures.js';
import { Failed } from '../../app/page.js';
import { useAnswer, useClient, useEvent } from '../../app/use-client.js';
import { Button } from '../../controls/button.js';
import { ConfirmDialog } from '../../controls/confirm-dialog.js';
import { Section, Value, WideTable } from '../../report/bits.js';
import { rehearsedInWords } from '../../report/rehearsal-words.js';

/** What rehearsals taught, which the next predictions of this machine rest on; nothing before the first of them. */
export function LessonsCard() {
  const { t } = useTranslation();
  const client = useClient();
  const [error, setError] = useState<Error | null>(null);
  const { value, error: unread, pending, again } = useAnswer('lessons/list', {});
  // A rehearsal that taught something leaves a report.
  useEvent('history', again);
  const failed = error ?? (pending ? undefined : unread);
  if (failed !== undefined) return <Failed error={failed} again={again} />;
  if (value === undefined || value.lessons.length + value.broken.length === 0) return null;
  const { lessons, broken } = printable(value);
  const forget = () => {
    client.ask('lessons/forget', {}).then(() => {
      setError(null);
      again();
    }, setError);
  };
  return (
    <Section id="lessons" title={t('machine.lessons.title')} aside={t('machine.lessons.lead')}>
      {lessons.length > 0 && (
        <WideTable label={t('machine.lessons.table')} tall>
          <LessonsTable lessons={lessons} />
        </WideTable>
      )}
      {broken.map((line) => (
        <p className="worse" key={line}>
          {line}
        </p>
      ))}
      <p className="actions">
        <DialogTrigger>
          <Button>{t('machine.lessons.reset')}</Button>
          <ConfirmDialog
            title={t('machine.lessons.resetTitle')}
            more={t('machine.lessons.resetMore')}
            keep={t('machine.lessons.keep')}
            confirm={t('machine.lessons.forget')}
            onConfirm={forget}
          />
        </DialogTrigger>
      </p>
    </Section>
  );
}

function LessonsTable({ lessons }: { lessons: readonly Lesson[] }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const ratio = (value: number) => `× ${value.toFixed(3)}`;
  return (
    <table className="dense">
      <thead>
        <tr>
          {(['when', 'what', 'device', 'in'] as const).map((name) => (
            <th scope="col" key={name}>
              {t(`machine.lessons.${name}`)}
            </th>
          ))}
          {(['memory', 'step'] as const).map((name) => (
            <th scope="col" className="figure" key={name}>
              {t(`machine.lessons.${name}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lessons.map((lesson) => (
          <tr key={`${lesson.reportId} ${lesson.rehearsedIn}`}>
            <th scope="row">
              <Link href={reportPath({ id: lesson.reportId })}>{figures.date(lesson.createdAt)}</Link>
            </th>
            <td>
              {lesson.model} {lesson.task}, {lesson.dtype}
            </td>
            <td>
              {lesson.device}
              <small>{lesson.hostname}</small>
            </td>
            <td>{rehearsedInWords[lesson.rehearsedIn]}</td>
            <td className="figure">
              <Value of={lesson.peakRatio}>{ratio}</Value>
            </td>
            <td className="figure">
              <Value of={lesson.secondsRatio}>{ratio}</Value>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
