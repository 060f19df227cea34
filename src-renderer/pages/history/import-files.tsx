import { useTranslation } from 'react-i18next';
import { useMenuChoice } from '../../app/menu.js';
import { Loading } from '../../app/page.js';
import { Button } from '../../controls/button.js';
import { FileDrop } from '../../controls/file-drop.js';
import { Section } from '../../report/bits.js';
import { Status } from '../../report/status.js';
import { useImport } from './use-import.js';

/** Takes reports into the history, by a drop or a file chooser, and says of each what became of it. */
export function ImportFiles({ onImported }: { onImported(): void }) {
  const { t } = useTranslation();
  const { results, reading, take, dismiss } = useImport(onImported);
  useMenuChoice((choice) => {
    if (choice.type !== 'open' || choice.kind !== 'report') return false;
    void take(choice.files.map(({ name, text }) => ({ name, size: text.length, text: async () => text })));
    return true;
  });
  return (
    <>
      <FileDrop
        label={t('history.drop')}
        choose={t('history.open')}
        accept={['.json', '.html']}
        isDisabled={reading !== null}
        onFiles={(files) => void take(files)}
      />
      {reading !== null && <Loading what={t('history.importing', reading)} />}
      {results.length > 0 && (
        <Section
          id="imported"
          title={t('history.imported')}
          aside={<Button onPress={dismiss}>{t('history.dismiss')}</Button>}
        >
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <ul className="rows imported" aria-live="polite" tabIndex={0}>
            {results.map(({ key, mark, word, text }) => (
              <li key={key}>
                <Status mark={mark} word={t(`history.${word}`)} />
                <span>{text}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
