import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { bucketLabel } from '../../../src-main/contract/bucket-label.js';
import { useFigures } from '../../app/figures.js';
import { Button } from '../../controls/button.js';
import { Section } from '../../report/bits.js';
import { useSay } from '../../report/say.js';
import { draftStore, type Opened } from './draft.js';
import { formFlagsOf } from './form-flags.js';

/** A target that came from a file: its buckets, and what the file left open. */
export function OpenedCard({ opened: { name, target, assumptions } }: { opened: Opened }) {
  const { t } = useTranslation();
  const say = useSay();
  const figures = useFigures();
  const inForm = useMemo(() => formFlagsOf(target), [target]);
  return (
    <Section id="opened" title={t('target.opened', { name })} aside={`${target.model}, ${target.task}`}>
      <table className="dense">
        <thead>
          <tr>
            <th scope="col">{t('target.bucket')}</th>
            <th scope="col" className="figure">
              {t('target.share')}
            </th>
          </tr>
        </thead>
        <tbody>
          {target.buckets.map((bucket, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: buckets of a file never change places
            <tr key={index}>
              <th scope="row">{bucketLabel(bucket)}</th>
              <td className="figure">{figures.percent(bucket.share)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {assumptions.length > 0 && (
        <>
          <h3>{t('target.assumed')}</h3>
          <ul className="rows plain">
            {assumptions.map((line) => (
              <li key={line}>{say(line)}</li>
            ))}
          </ul>
        </>
      )}
      {inForm !== null && inForm.lost.length > 0 && (
        <p className="quiet">{t('target.lostInForm', { names: inForm.lost.join(', ') })}</p>
      )}
      <p className="actions">
        {inForm !== null && (
          <Button onPress={() => draftStore.change({ flags: inForm.flags, opened: null })}>
            {t('target.editInForm')}
          </Button>
        )}
        <Button onPress={() => draftStore.change({ opened: null })}>{t('target.backToForm')}</Button>
      </p>
    </Section>
  );
}
