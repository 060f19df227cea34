import { type BrowserWindow, type Session, session } from 'electron';
import { UsageError } from '../contract/usage-error.js';
import { InTurn } from '../desk/in-turn.js';
import type { PrintPage } from '../report/export/export-report.js';
import { pageScheme, printUrl } from './origin.js';
import { openPrintWindow } from './window.js';

const deadlineMs = 60_000;

/**
 * Prints pages as PDF by this program's own Chromium, one after the other, each in a window that nobody sees: without
 * scripts, and with nothing to load but the page itself.
 */
export function openPrinter(): PrintPage {
  const turns = new InTurn();
  let own: Session | undefined;
  return (html) =>
    turns.do(() => {
      // Not before the app is ready.
      own ??= printSession();
      own.protocol.handle(pageScheme, ({ url }) => answer(url, html));
      return print(own).finally(() => own!.protocol.unhandle(pageScheme));
    });
}

/** Kept in memory alone, and shut to everything but the page and the pictures within it. */
function printSession(): Session {
  const own = session.fromPartition('print');
  own.setPermissionRequestHandler((_contents, _permission, answered) => answered(false));
  own.setPermissionCheckHandler(() => false);
  own.setDevicePermissionHandler(() => false);
  own.webRequest.onBeforeRequest(({ url }, answered) =>
    answered({ cancel: url !== printUrl && !url.startsWith('data:') }),
  );
  own.on('will-download', (event) => event.preventDefault());
  return own;
}

function answer(url: string, html: string): Response {
  if (url !== printUrl) return new Response(null, { status: 404 });
  return new Response(html, { headers: { 'content-type': 'text/html; charset=utf-8' } });
}

/** @throws UsageError in one line where nothing was printed in time */
async function print(own: Session): Promise<Buffer> {
  const window = openPrintWindow(own);
  const ended = new AbortController();
  try {
    return await Promise.race([printed(window), fails(window, ended.signal)]);
  } catch (error) {
    throw new UsageError(`no PDF was printed (${(error as Error).message}); export HTML instead`);
  } finally {
    ended.abort();
    window.destroy();
  }
}

async function printed(window: BrowserWindow): Promise<Buffer> {
  await window.loadURL(printUrl);
  // The page says its own size and margins.
  return window.webContents.printToPDF({ printBackground: true, preferCSSPageSize: true });
}

/** Throws when it is late, or when the page's process has gone, of which printing itself would not tell. */
function fails(window: BrowserWindow, signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`nothing within ${deadlineMs / 1000} s`)), deadlineMs);
    signal.addEventListener('abort', () => clearTimeout(timer));
    window.webContents.on('render-process-gone', (_event, { reason }) =>
      reject(new Error(`its page has gone: ${reason}`)),
    );
  });
}
