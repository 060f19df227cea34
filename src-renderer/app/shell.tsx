import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Redirect, Route, Switch } from 'wouter';
import { ConnectionBanner } from './connection-banner.js';
import { ErrorBoundary } from './error-boundary.js';
import { useMenu } from './menu.js';
import { Navigation } from './navigation.js';
import { Loading } from './page.js';
import { compareRoute, routes } from './routes.js';
import { RunStrip } from './run-strip.js';

/** What stands around every page. */
export function Shell() {
  const { t } = useTranslation();
  useMenu();
  return (
    <div className="shell">
      {/* Not a link: the address after # is the page's. */}
      <button type="button" className="skip" onClick={() => document.querySelector('h1')?.focus()}>
        {t('shell.skip')}
      </button>
      <Navigation />
      <main className="report page">
        <ConnectionBanner />
        <RunStrip />
        <ErrorBoundary>
          <Suspense fallback={<Loading />}>
            <Switch>
              <Route path={compareRoute.pattern} component={compareRoute.page} />
              {routes.map(({ path, pattern = path, page }) => (
                <Route path={pattern} component={page} key={path} />
              ))}
              <Route>
                <Redirect to={routes[0].path} replace />
              </Route>
            </Switch>
          </Suspense>
        </ErrorBoundary>
      </main>
    </div>
  );
}
