import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.js';

/** Copies a text; where the browser does not let a page do so, says that, and the text stands beside it to be selected. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  const [said, setSaid] = useState<'copied' | 'notCopied' | null>(null);
  const copy = () => {
    const copied = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'));
    copied.then(
      () => setSaid('copied'),
      () => setSaid('notCopied'),
    );
    setTimeout(() => setSaid(null), 4000);
  };
  return (
    <span className="copy">
      <Button onPress={copy}>{label}</Button>
      <span role="status" className="aside">
        {said !== null && t(`shell.${said}`)}
      </span>
    </span>
  );
}
