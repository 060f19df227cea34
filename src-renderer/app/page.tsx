import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../controls/button.js';
import { Status } from '../report/status.js';
import { errorLine } from './error-line.js';

/** Whether a page was shown before: only from then on does its heading take the focus, as after following a link. */
let shownBefore = false;

/** The head of a page, which names the window too and takes the focus when one comes from another page. */
export function PageHead({
  title,
  lead,
  children,
}: {
  title: string;
  lead?: ReactNode;
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = t('shell.windowTitle', { title });
  }, [t, title]);
  useEffect(() => {
    if (shownBefore) heading.current?.focus();
    shownBefore = true;
  }, []);
  return (
    <header className="page-head">
      <div>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lead !== undefined && <p className="quiet">{lead}</p>}
      </div>
      {children !== undefined && <div className="actions">{children}</div>}
    </header>
  );
}

export function Loading({ what }: { what?: string }) {
  const { t } = useTranslation();
  return (
    <p className="loading quiet" role="status">
      <span className="spinner" aria-hidden="true" />
      {what ?? t('shell.loading')}
    </p>
  );
}

/** What went wrong, in one line, and the way to try it again. */
export function Failed({ error, again }: { error: Error; again?: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="card failed-card" role="alert">
      <p>
        <Status mark="fail" word={t('shell.failed')} /> {errorLine(error, t)}
      </p>
      {again !== undefined && <Button onPress={again}>{t('shell.again')}</Button>}
    </div>
  );
}
