import { BrowserWindow, type Session } from 'electron';
import { pageUrl } from './origin.js';
import { safeWebPreferences } from './security.js';

/** The colours of the pages' ground in src-renderer/theme-css.ts, shown until they are drawn. */
const ground = { light: '#f5f6f8', dark: '#0e1116' };

export interface WindowOptions {
  /** The built preload script. */
  preload: string;
  session: Session;
  dark: boolean;
}

/** Opens the window, where it was and as large as it was when it was last closed, and shows it once it is drawn. */
export function openWindow({ preload, session, dark }: WindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    // Electron keeps its state by this name, and puts it on a display that is there.
    name: 'main',
    windowStatePersistence: true,
    width: 1280,
    height: 860,
    minWidth: 720,
    minHeight: 480,
    show: false,
    title: 'Preflight for Open-Sora',
    backgroundColor: dark ? ground.dark : ground.light,
    webPreferences: { ...safeWebPreferences, preload, session },
  });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(pageUrl);
  return window;
}

/** A window that nobody sees, for a page that is printed. */
export function openPrintWindow(session: Session): BrowserWindow {
  return new BrowserWindow({
    show: false,
    webPreferences: { ...safeWebPreferences, javascript: false, session },
  });
}
