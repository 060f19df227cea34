import { useState } from 'react';
import { DialogTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { errorLine } from '../../app/error-line.js';
import { useClient } from '../../app/use-client.js';
import { Button } from '../../controls/button.js';
import { ConfirmDialog } from '../../controls/confirm-dialog.js';

interface CancelButtonProps {
  id: string;
  /** What would be ended. */
  of: 'sweep' | 'rehearsal';
}

/** Asks before it ends a run; what was measured is kept, and said to be. */
export function CancelButton({ id, of }: CancelButtonProps) {
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
          title={t(`run.ending.${of}.title`)}
          more={t(`run.ending.${of}.more`)}
          keep={t(`run.ending.${of}.goOn`)}
          confirm={t(`run.ending.${of}.now`)}
          onConfirm={() => {
            client.ask('run/cancel', { id }).catch(setError);
          }}
        />
      </DialogTrigger>
    </>
  );
}
