import { useTranslation } from 'react-i18next';
import { Status } from '../report/status.js';
import { useConnection } from './use-client.js';

/** Stays until the connection is back by itself; what the page shows is then the last that was known. */
export function ConnectionBanner() {
  const { t } = useTranslation();
  const connection = useConnection();
  return (
    <div role="status">
      {connection === 'lost' && (
        <p className="banner look">
          <Status mark="look" word={t('shell.lost')} /> {t('shell.lostMore')}
        </p>
      )}
    </div>
  );
}
