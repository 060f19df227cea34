import { useState } from 'react';
import { DropZone, FileTrigger, isFileDropItem, Text } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { OpenedFile } from '../../../src-main/contract/channels.js';
import { useMenuChoice } from '../../app/menu.js';
import { Failed } from '../../app/page.js';
import { useClient } from '../../app/use-client.js';
import { Button } from '../../controls/button.js';
import { draftStore } from './draft.js';

/** More than any config; a file that is larger is something else. */
const mostBytes = 2 ** 20;

/** Opens a saved target or an Open-Sora config, by a dialog or a drop. What is wrong with one leaves the form as it is. */
export function OpenFile() {
  const { t } = useTranslation();
  const client = useClient();
  const [error, setError] = useState<Error | null>(null);
  const open = async (read: () => Promise<OpenedFile>, beside: OpenedFile[] = []) => {
    try {
      const file = await read();
      const opened = await client.ask('target/open', { ...file, beside });
      draftStore.change({ opened: { ...opened, name: file.name } });
      setError(null);
    } catch (failure) {
      setError(failure as Error);
    }
  };
  const openFile = (file: File | undefined) => {
    if (file === undefined) return;
    return open(async () => {
      if (file.size > mostBytes) throw new Error(t('target.tooLarge', { name: file.name }));
      return { name: file.name, text: await file.text() };
    });
  };
  useMenuChoice((choice) => {
    if (choice.type !== 'open' || choice.kind !== 'config') return false;
    const [first, ...beside] = choice.files;
    void open(async () => first!, beside);
    return true;
  });
  return (
    <>
      <DropZone
        className="drop"
        onDrop={async ({ items }) => {
          const item = items.find(isFileDropItem);
          await openFile(await item?.getFile());
        }}
      >
        <Text slot="label">{t('target.drop')}</Text>
        <FileTrigger acceptedFileTypes={['.py', '.json']} onSelect={(files) => void openFile(files?.[0])}>
          <Button>{t('target.open')}</Button>
        </FileTrigger>
      </DropZone>
      {error !== null && <Failed error={error} />}
    </>
  );
}
