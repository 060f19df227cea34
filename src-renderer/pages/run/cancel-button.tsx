import { useState } from 'react';
import { Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { errorLine } from '../../app/error-line.js';
import { useClient } from '../../app/use-client.js';
import { Button } from '../../controls/button.js';

/** Asks before it ends a sweep; what was measured is kept, and said to be. */
export function CancelButton({ id }: { id: string }) {
  const { t } = useTranslation();
  const client = useClient();
  const [error, setError] = useState<Error | null>(null);
  const cancel = () => {
    client.ask('run/cancel', { id }).catch(setError);
  };
  return (
    <>
      {error !== null && (
        <span className="field-error" role="alert">
          {errorLine(error, t)}
        </span>
      )}
      <DialogTrigger>
        <Button>{t('run.cancel')}</Button>
        <ModalOverlay className="overlay" isDismissable>
          <Modal className="modal">
            <Dialog role="alertdialog" className="dialog">
              {({ close }) => (
                <>
                  <Heading slot="title">{t('run.cancelTitle')}</Heading>
                  <p>{t('run.cancelMore')}</p>
                  <div className="actions">
                    <Button onPress={close}>{t('run.goOn')}</Button>
                    <Button
                      primary
                      onPress={() => {
                        cancel();
                        close();
                      }}
                    >
                      {t('run.cancelNow')}
                    </Button>
                  </div>
                </>
              )}
            </Dialog>
          </Modal>
        </ModalOverlay>
      </DialogTrigger>
    </>
  );
}
