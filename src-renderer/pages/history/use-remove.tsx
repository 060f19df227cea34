import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HistoryEntry } from '../../../src-main/contract/history.js';
import { printable } from '../../../src-main/contract/printable.js';
import { useFigures } from '../../app/figures.js';
import { Failed } from '../../app/page.js';
import { useClient } from '../../app/use-client.js';
import { ConfirmDialog } from '../../controls/confirm-dialog.js';
import { keptOf } from './entries.js';

interface Asked {
  entry: HistoryEntry;
  goOn(): void;
}

/** Removes a report once a person has said so. @param onRemoved called once it has gone */
export function useRemove(onRemoved: () => void) {
  const { t } = useTranslation();
  const client = useClient();
  const figures = useFigures();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const remove = () => {
    if (asked === null) return;
    client.ask('history/remove', keptOf(asked.entry)).then(() => {
      setError(null);
      onRemoved();
      asked.goOn();
    }, setError);
  };
  const { run = '', hostname: host = '', createdAt } = asked === null ? {} : printable(asked.entry);
  const date = createdAt === undefined ? '' : figures.date(createdAt);
  return {
    ask(entry: HistoryEntry, goOn: () => void) {
      setAsked({ entry, goOn });
      setOpen(true);
    },
    dialog: (
      <>
        {error !== null && <Failed error={error} />}
        <ConfirmDialog
          isOpen={isOpen}
          onOpenChange={setOpen}
          title={t('history.removeTitle')}
          more={t('history.removeMore', { run, date, host })}
          keep={t('history.removeKeep')}
          confirm={t('history.removeNow')}
          onConfirm={remove}
        />
      </>
    ),
  };
}
