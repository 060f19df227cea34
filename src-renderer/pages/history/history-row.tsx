import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { HistoryEntry } from '../../../src-main/contract/history.js';
import { printable } from '../../../src-main/contract/printable.js';
import { reportPath } from '../../app/addresses.js';
import type { Figures } from '../../app/figures.js';
import { useSay } from '../../report/say.js';
import { Status } from '../../report/status.js';
import { verdictWords } from '../../report/words.js';
import { keptOf } from './entries.js';
import { controlAttribute, rowAttribute } from './use-roving-row.js';

interface HistoryRowProps {
  entry: HistoryEntry;
  index: number;
  isCurrent: boolean;
  isChosen: boolean;
  figures: Figures;
  onFocused(index: number): void;
  onChoose(entry: HistoryEntry): void;
  onRemove(entry: HistoryEntry, index: number): void;
}

/** A report in the list. Hundreds are drawn and undrawn while it scrolls, so that its controls are the browser's own. */
export const HistoryRow = memo(function HistoryRow(props: HistoryRowProps) {
  const { entry, index, isCurrent, isChosen, figures, onFocused, onChoose, onRemove } = props;
  const { t } = useTranslation();
  const say = useSay();
  const { hostname, gpus, run: runInEnglish, verdict, device, profile, createdAt } = printable(entry);
  const run = say(runInEnglish);
  const control = (name: string) => ({
    [controlAttribute]: name,
    tabIndex: isCurrent ? 0 : -1,
    onFocus: () => onFocused(index),
  });
  const date = figures.date(createdAt);
  return (
    <tr {...{ [rowAttribute]: index }} aria-rowindex={index + 2} className={isChosen ? 'chosen' : undefined}>
      <td>
        <input
          type="checkbox"
          aria-label={t('history.chooseOne', { date, run })}
          checked={isChosen}
          onChange={() => onChoose(entry)}
          {...control('choose')}
        />
      </td>
      <th scope="row">
        <Link href={reportPath(keptOf(entry))} {...control('open')}>
          {date}
        </Link>
      </th>
      <td>
        <Status {...verdictWords[verdict]} />
        <Doubts entry={entry} />
      </td>
      <td title={run}>
        {run}
        <small>{profile === null ? t('history.plan') : t('history.measuredOn', { profile, device })}</small>
      </td>
      <td title={`${hostname}, ${gpus}`}>
        {hostname}
        <small>{gpus || t('history.noGpu')}</small>
      </td>
      <td className="figure">
        <button
          type="button"
          className="plain-button"
          aria-label={t('history.removeOne', { date, run })}
          onClick={() => onRemove(entry, index)}
          {...control('remove')}
        >
          {t('history.remove')}
        </button>
      </td>
    </tr>
  );
});

/** What tells a report from one that says just what was measured, to its end. */
function Doubts({ entry: { integrity, redacted, state, rehearsal } }: { entry: HistoryEntry }) {
  const { t } = useTranslation();
  return (
    <span className="doubts">
      {rehearsal === 'held' && <span className="tag">{t('evidence.rehearsed')}</span>}
      {integrity === 'edited' && <span className="tag doubt">{t('history.edited')}</span>}
      {state === 'cancelled' && <span className="tag">{t('history.cancelled')}</span>}
      {redacted && <span className="tag">{t('history.redacted')}</span>}
    </span>
  );
}
