import { type ComponentType, lazy } from 'react';

interface PageRoute {
  /** Where the navigation leads. */
  path: string;
  /** What the page answers to, where that is more than its path. */
  pattern?: string;
  name: 'machine' | 'target' | 'run' | 'report' | 'history';
  page: ComponentType;
}

/** The pages in the order of the navigation; each is loaded when it is first looked at. */
export const routes: readonly [PageRoute, ...PageRoute[]] = [
  { path: '/machine', name: 'machine', page: lazy(() => import('../pages/machine/machine-page.js')) },
  { path: '/target', name: 'target', page: lazy(() => import('../pages/target/target-page.js')) },
  { path: '/run', name: 'run', page: lazy(() => import('../pages/run/run-page.js')) },
  {
    path: '/report',
    pattern: '/report/*?',
    name: 'report',
    page: lazy(() => import('../pages/report/report-page.js')),
  },
  { path: '/history', name: 'history', page: lazy(() => import('../pages/history/history-page.js')) },
];

/** Reached from the history. */
export const compareRoute = {
  pattern: '/history/compare/*?',
  page: lazy(() => import('../pages/compare/compare-page.js')),
};
