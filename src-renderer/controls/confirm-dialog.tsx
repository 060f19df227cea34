import type { ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay, type ModalOverlayProps } from 'react-aria-components';
import { Button } from './button.js';

interface ConfirmDialogProps extends Pick<ModalOverlayProps, 'isOpen' | 'onOpenChange'> {
  title: string;
  /** What will be, if it is done. */
  more: string;
  /** What is shown below it. */
  children?: ReactNode;
  /** Words of the two buttons: leave it, and do it. */
  keep: string;
  confirm: string;
  onConfirm(): void;
}

/** Asks before something is done that cannot be taken back. It stands in a DialogTrigger, or is opened by `isOpen`. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, more, children, keep, confirm, onConfirm, ...overlay } = props;
  return (
    <ModalOverlay className="overlay" isDismissable {...overlay}>
      <Modal className="modal">
        <Dialog role="alertdialog" className="dialog">
          {({ close }) => (
            <>
              <Heading slot="title">{title}</Heading>
              <p>{more}</p>
              {children}
              <div className="actions">
                <Button onPress={close}>{keep}</Button>
                <Button
                  primary
                  onPress={() => {
                    onConfirm();
                    close();
                  }}
                >
                  {confirm}
                </Button>
              </div>
            </>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
