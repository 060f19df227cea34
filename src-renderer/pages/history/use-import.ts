import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatCount } from '../../../src-main/contract/format.js';
import { mostDocumentBytes } from '../../../src-main/contract/history.js';
import { printableText } from '../../../src-main/contract/printable.js';
import type { Client } from '../../app/client.js';
import { errorLine } from '../../app/error-line.js';
import { useClient } from '../../app/use-client.js';
import type { Mark } from '../../report/words.js';

/** What became of a file, in one line. */
export interface ImportResult {
  key: number;
  mark: Mark;
  word: 'added' | 'there' | 'refused';
  text: string;
}

type Result = Omit<ImportResult, 'key'>;

/** A file that was opened, not read yet: a browser's, or one that the desktop has read already. */
interface Source {
  name: string;
  size: number;
  text(): Promise<string>;
}

/** Reads files one after the other into the history. @param onImported called once new ones are there */
export function useImport(onImported: () => void) {
  const { t } = useTranslation();
  const client = useClient();
  const [results, setResults] = useState<ImportResult[]>([]);
  const [reading, setReading] = useState<{ name: string; index: number; total: number } | null>(null);
  const take = async (files: readonly Source[]) => {
    for (const [place, file] of files.entries()) {
      setReading({ name: printableText(file.name), index: place + 1, total: files.length });
      const result = await importFile(client, file, t);
      setResults((were) => [{ ...result, key: were.length }, ...were]);
    }
    setReading(null);
    if (files.length > 0) onImported();
  };
  return { results, reading, take, dismiss: () => setResults([]) };
}

async function importFile(client: Client, file: Source, t: TFunction): Promise<Result> {
  const name = printableText(file.name);
  const refused = (text: string): Result => ({ mark: 'fail', word: 'refused', text });
  // By its size, before anything is read: what is dropped may be as large as a disk.
  if (file.size > mostDocumentBytes)
    return refused(
      t('history.tooLarge', { name, size: mebibytes(file.size), most: mebibytes(mostDocumentBytes) }),
    );
  try {
    const text = await file.text();
    const { entry, added } = await client.ask('history/import', { name: file.name.slice(0, 255), text });
    return {
      mark: added ? 'pass' : 'none',
      word: added ? 'added' : 'there',
      text: printableText(t('history.addedMore', { name, run: entry.run })),
    };
  } catch (error) {
    return refused(printableText(errorLine(error as Error, t)));
  }
}

const mebibytes = (bytes: number) => formatCount(Math.ceil(bytes / 2 ** 20));
