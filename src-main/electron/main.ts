import { join } from 'node:path';
import { app } from 'electron';

import { Desk } from '../desk/desk.js';
import { startProcessesBy } from '../machine/own-process.js';
import { preflight } from '../preflight.js';
import { preflightHome } from '../report/history/home.js';
import { openDesktop } from './desktop.js';
import { registerPageScheme } from './page-protocol.js';
import { openPrinter } from './print.js';
import { secureApp } from './security.js';
import { startUtility } from './utility-process.js';

// The desktop: one program, one window, the same desk as `preflight serve`.

app.setName('Preflight for Open-Sora');
// A second start shows the window of the first; two would measure over each other.
if (app.requestSingleInstanceLock()) start();
else app.quit();

/** Nothing is awaited on the way to `ready`: Electron waits in turn until this module is loaded. */
function start(): void {
  secureApp();
  registerPageScheme();
  startProcessesBy(startUtility);
  const built = join(import.meta.dirname, '..');
  const places = { pages: join(built, 'renderer'), preload: join(built, 'preload', 'preload.cjs') };
  app.whenReady().then(
    () => openDesktop(openDesk(), places),
    (error: unknown) => {
      throw error;
    },
  );
}

/** Its reports lie where those of `preflight serve` do. */
function openDesk(): Desk {
  return new Desk({
    flow: preflight,
    home: preflightHome(),
    print: openPrinter(),
    onFault: (error) => console.error('preflight: a fault of this program, please report it:', error),
  });
}
