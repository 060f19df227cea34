import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OpenedFile } from '../../../src-main/contract/channels.js';
import { useMenuChoice } from '../../app/menu.js';
import { Failed } from '../../app/page.js';
import { useClient } from '../../app/use-client.js';
import { FileDrop } from '../../controls/file-drop.js';
import { draftStore } from './draft.js';

/** More than any config; a file that is larger is something else. */
const mostBytes = 2 ** 20;

/**
 * Opens a saved target or an Open-Sora config, by a dialog or a drop, together with what that rests on. What is wrong with one
 * leaves the form as it is.
 */
export function OpenFile() {
  const { t } = useTranslation();
  const client = useClient();
  const [error, setError] = useState<Error | null>(null);
  const open = async (read: () => Promise<readonly OpenedFile[]>) => {
    try {
      const files = await read();
      if (files.length === 0) return;
      const main = mainOf(files);
      const beside = files.filter((file) => file !== main);
      const opened = await client.ask('target/open', { ...main, ...(beside.length > 0 && { beside }) });
      draftStore.change({ opened: { ...opened, name: main.name } });
      setError(null);
    } catch (failure) {
      setError(failure as Error);
    }
  };
  const openFiles = (files: readonly File[]) =>
    open(() => {
      const large = files.find(({ size }) => size > mostBytes);
      if (large !== undefined) throw new Error(t('target.tooLarge', { name: large.name }));
      return Promise.all(files.map(async (file) => ({ name: file.name, text: await file.text() })));
    });
  useMenuChoice((choice) => {
    if (choice.type !== 'open' || choice.kind !== 'config') return false;
    void open(async () => choice.files);
    return true;
  });
  return (
    <>
      <FileDrop
        label={t('target.drop')}
        choose={t('target.open')}
        accept={['.py', '.json']}
        onFiles={(files) => void openFiles(files)}
      />
      {error !== null && <Failed error={error} />}
    </>
  );
}

/** Of files that were opened together the one that rests on the others by its `_base_`; else the first. */
function mainOf(files: readonly OpenedFile[]): OpenedFile {
  return files.find(({ text }) => /^\s*_base_\s*=/m.test(text)) ?? files[0]!;
}
