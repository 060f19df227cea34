import { StrictMode } from 'react';
import { I18nProvider } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Router } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { SayContext } from '../report/say.js';
import type { Client } from './client.js';
import { sayIn } from './i18n.js';
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
            <SayContext value={sayIn(i18n.language)}>
              <Router hook={useHashLocation}>
                <Shell />
              </Router>
            </SayContext>
          </I18nProvider>
        </RunContext>
      </ClientContext>
    </StrictMode>
  );
}
