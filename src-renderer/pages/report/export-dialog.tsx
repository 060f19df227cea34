import { useState } from 'react';
import { Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { type ExportForm, exportFormSchema } from '../../../src-main/contract/export.js';
import type { KeptReport } from '../../../src-main/contract/kept-report.js';
import { useMenuChoice } from '../../app/menu.js';
import { Failed, Loading } from '../../app/page.js';
import { Button } from '../../controls/button.js';
import { Toggle } from '../../controls/toggle.js';
import { ExportPreview } from './export-preview.js';
import { useExport } from './use-export.js';

/** The report in other forms, with what of it leaves this machine. */
export function ExportButton({ asked }: { asked: KeptReport }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  useMenuChoice((choice) => {
    if (choice.type !== 'export') return false;
    setOpen(true);
    return true;
  });
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={setOpen}>
      <Button primary>{t('report.export')}</Button>
      <ModalOverlay className="overlay" isDismissable>
        <Modal className="modal wide-modal">
          <Dialog className="dialog">
            {({ close }) => (
              <>
                <Heading slot="title">{t('report.exportTitle')}</Heading>
                <ExportForms asked={asked} />
                <div className="actions">
                  <Button onPress={close}>{t('report.exportClose')}</Button>
                </div>
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}

function ExportForms({ asked }: { asked: KeptReport }) {
  const { t } = useTranslation();
  const [reveal, setReveal] = useState(false);
  const { stage, make } = useExport(asked);
  const name = (form: ExportForm) => t(`report.form.${form}`);
  return (
    <div className="report">
      <Toggle label={t('report.reveal')} selected={reveal} onChange={setReveal} />
      {reveal ? <p className="worse">{t('report.revealed')}</p> : <ExportPreview asked={asked} />}
      <ul className="export-forms">
        {exportFormSchema.options.map((form) => (
          <li key={form}>
            <span>
              <b>{name(form)}</b> <small>{t(`report.formFor.${form}`)}</small>
            </span>
            <Button
              aria-label={t('report.downloadAs', { form: name(form) })}
              isDisabled={stage.at === 'making'}
              onPress={() => make(form, reveal)}
            >
              {t('report.download')}
            </Button>
          </li>
        ))}
      </ul>
      {stage.at === 'making' && <Loading what={t('report.making', { form: name(stage.form) })} />}
      {stage.at === 'made' && (
        <p className="quiet" role="status">
          {t('report.made', { file: stage.fileName })}
        </p>
      )}
      {stage.at === 'failed' && <Failed error={stage.error} />}
    </div>
  );
}
