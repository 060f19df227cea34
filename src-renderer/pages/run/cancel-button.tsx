import { useState } from 'react';
import { DialogTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { errorLine } from '../../app/error-line.js';
import { useClient } from '../../app/use-client.js';
import { Button } from '../../controls/button.js';
import { ConfirmDialog } from '../../controls/confirm-dialog.js';

/** Asks before it ends a sweep; what was measured is kept, and said to be. */
export function CancelButton({ id }: { id: string }) {
  const { t } = useTranslation();
  const client = useClient();
  const [error, setError] = useState<Error | null>(null);
  return (
    <>
      {error !== null && (
        <span className="field-error" role="alert">
          {errorLine(error, t)}
        </span>
      )}
      <DialogTrigger>
        <Button>{t('run.cancel')}</Button>
        <ConfirmDialog
          title={t('run.cancelTitle')}
          more={t('run.cancelMore')}
          keep={t('run.goOn')}
          confirm={t('run.cancelNow')}
          onConfirm={() => {
            client.ask('run/cancel', { id }).catch(setError);
          }}
        />
      </DialogTrigger>
    </>
  );
}
