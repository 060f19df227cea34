import { app, type BrowserWindow, dialog, Menu, nativeTheme, session } from 'electron';
import { type RunState, runShare } from '../contract/run-state.js';
import { openAwake } from './awake.js';
import { type Connectable, openIpc } from './ipc.js';
import { type MenuChoice, menuTemplate } from './menu.js';
import { wordsOf } from './menu-words.js';
import { openFiles } from './open-files.js';
import { servePages } from './page-protocol.js';
import { openQuit } from './quit.js';
import { secureSession } from './security.js';
import { watchSweeps } from './sweep-watch.js';
import { openWindow } from './window.js';

/** What the shell needs of the desk. */
export interface DesktopDesk extends Connectable {
  /** Tells the pages what was chosen in the menu. */
  menu: { tell(choice: MenuChoice): void };
  close(): Promise<void>;
}

export interface DesktopPlaces {
  /** The folder of the built pages. */
  pages: string;
  /** The built preload script. */
  preload: string;
}

/** The bar on the program's icon: -1 takes it away, and above 1 it says that something is done, but not how far it is. */
function barOf(running: RunState | null): number {
  if (running === null) return -1;
  const share = runShare(running);
  return share === null ? 2 : share.done / share.total;
}

/** Opens the program's one window and everything around it. To be called when the app is ready. */
export function openDesktop(desk: DesktopDesk, { pages, preload }: DesktopPlaces): void {
  const words = wordsOf(app.getLocale());
  const mac = process.platform === 'darwin';
  secureSession(session.defaultSession);
  servePages(session.defaultSession, pages);

  const ipc = openIpc(desk, (from) => console.warn(`preflight: refused a message from ${from}`));
  const awake = openAwake();
  const sweeps = watchSweeps(desk, (running) => {
    awake(running !== null);
    main?.setProgressBar(barOf(running));
  });
  const quit = openQuit(sweeps, words, async () => {
    sweeps.close();
    ipc.close();
    await desk.close();
    awake(false);
  });

  let main: BrowserWindow | null = null;
  const show = (): BrowserWindow => {
    if (main) {
      if (main.isMinimized()) main.restore();
      main.focus();
      return main;
    }
    const window = openWindow({
      preload,
      session: session.defaultSession,
      dark: nativeTheme.shouldUseDarkColors,
    });
    main = window;
    ipc.add(window.webContents);
    quit.guard(window);
    window.on('closed', () => {
      main = null;
    });
    window.webContents.on('render-process-gone', async (_event, { reason }) => {
      if (reason === 'clean-exit' || window.isDestroyed()) return;
      const { response } = await dialog.showMessageBox(window, {
        type: 'error',
        message: words.pageGone.replace('{{reason}}', reason),
        buttons: [words.reload, words.quit],
      });
      if (response === 0) window.webContents.reload();
      else app.quit();
    });
    return window;
  };

  const choose = (choice: MenuChoice) => {
    show();
    desk.menu.tell(choice);
  };
  const open = async (kind: 'report' | 'config') => {
    const choice = await openFiles(show(), kind, words);
    if (choice) choose(choice);
  };
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(menuTemplate({ words, mac, developing: !app.isPackaged, choose, open })),
  );
  app.on('second-instance', show);
  app.on('activate', show);
  app.on('window-all-closed', () => {
    if (!mac) app.quit();
  });
  show();
}
