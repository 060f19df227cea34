import { type ComponentType, lazy } from 'react';

/** The pages in the order of the navigation; each is loaded when it is first looked at. */
export const routes = [
  { path: '/machine', name: 'machine', page: lazy(() => import('../pages/machine/machine-page.js')) },
  { path: '/target', name: 'target', page: lazy(() => import('../pages/target/target-page.js')) },
  { path: '/run', name: 'run', page: lazy(() => import('../pages/run/run-page.js')) },
] as const satisfies readonly { path: string; name: string; page: ComponentType }[];
