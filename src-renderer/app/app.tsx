import { StrictMode } from 'react';
import { I18nProvider } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Router } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import type { Client } from './client.js';
import type { RunStore } from './run-store.js';
import { Shell } from './shell.js';
import { ClientContext } from './use-client.js';
import { RunContext } from './use-run.js';

export function App({ client, run }: { client: Client; run: RunStore }) {
  const { i18n } = useTranslation();
  return (
    <StrictMode>
      <ClientContext value={client}>
        <RunContext value={run}>
          <I18nProvider locale={i18n.language === 'zh' ? 'zh-CN' : 'en-US'}>
            <Router hook={useHashLocation}>
              <Shell />
            </Router>
          </I18nProvider>
        </RunContext>
      </ClientContext>
    </StrictMode>
  );
}
