import { useState } from 'react';
import type { Exported, ExportForm } from '../../../src-main/contract/export.js';
import type { KeptReport } from '../../../src-main/contract/kept-report.js';
import { useClient } from '../../app/use-client.js';

type Stage =
  | { at: 'idle' }
  | { at: 'making'; form: ExportForm }
  | { at: 'made'; fileName: string }
  | { at: 'failed'; error: Error };

/** How long the browser has to begin to read a file. */
const readMs = 60_000;

/** Has a report made in another form, and hands it to the browser as a file to save. */
export function useExport(asked: KeptReport) {
  const client = useClient();
  const [stage, setStage] = useState<Stage>({ at: 'idle' });
  const make = (to: ExportForm, reveal: boolean) => {
    setStage({ at: 'making', form: to });
    client.ask('export', { ...asked, to, reveal }).then(
      (exported) => {
        save(exported);
        setStage({ at: 'made', fileName: exported.fileName });
      },
      (error: Error) => setStage({ at: 'failed', error }),
    );
  };
  return { stage, make };
}

/** The same way in a browser and in the desktop, whose pages reach no server. */
function save({ fileName, mediaType, encoding, content }: Exported): void {
  const bytes =
    encoding === 'base64' ? Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0)) : content;
  const url = URL.createObjectURL(new Blob([bytes], { type: mediaType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), readMs);
}
