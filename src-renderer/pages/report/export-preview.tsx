import { useTranslation } from 'react-i18next';
import type { KeptReport } from '../../../src-main/contract/kept-report.js';
import { printable } from '../../../src-main/contract/printable.js';
import { Failed, Loading } from '../../app/page.js';
import { useAnswer } from '../../app/use-client.js';
import { WideTable } from '../../report/bits.js';
import { grouped } from './grouped.js';

/** What an export replaces: each text as it stands now, and as it will leave. */
export function ExportPreview({ asked }: { asked: KeptReport }) {
  const { t } = useTranslation();
  const { value, error, pending, again } = useAnswer('export/preview', asked);
  if (error !== undefined && !pending) return <Failed error={error} again={again} />;
  if (value === undefined) return <Loading />;
  if (value.length === 0) return <p className="quiet">{t('report.replacedNone')}</p>;
  return (
    <>
      <p className="quiet">{t('report.replaced', { count: value.length })}</p>
      <WideTable label={t('report.replacedTable')} tall>
        <table className="dense replaced">
          <thead>
            <tr>
              {(['field', 'from', 'to'] as const).map((name) => (
                <th scope="col" key={name}>
                  {t(`report.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {grouped(printable(value)).map(({ field, from, to, count }) => (
              <tr key={field}>
                <th scope="row">{t('report.places', { field, count })}</th>
                <td>{from}</td>
                <td>{to}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </WideTable>
    </>
  );
}
