import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../src-main/contract/channels.js';
import { printableText } from '../../../src-main/contract/printable.js';

/** More of them say no more. */
const mostShown = 50;

/** Files of the history's folder that hold no report, and why: nothing is passed over in silence. */
export function BrokenFiles({ files }: { files: Answer<'history/list'>['broken'] }) {
  const { t } = useTranslation();
  if (files.length === 0) return null;
  return (
    <details className="card">
      <summary>{t('history.broken', { count: files.length })}</summary>
      <ul className="rows plain">
        {files.slice(0, mostShown).map(({ path, reason }) => (
          <li key={path}>{printableText(reason)}</li>
        ))}
      </ul>
    </details>
  );
}
