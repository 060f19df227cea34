import { afterEach, describe, expect, it, vi } from 'vitest';
import { UsageError } from '../../../src-main/contract/usage-error.js';
import { openPrinter } from '../../../src-main/electron/print.js';
import { app, type BrowserWindow, session, windows } from '../../support/fake-electron.js';

vi.mock('electron', () => import('../../support/fake-electron.js'));

const own = session.fromPartition('print');
const print = openPrinter();

/** Prints, and looks at the window while it does. */
function printWhile(html: string, look: (window: BrowserWindow) => void): Promise<Buffer> {
  app.once('web-contents-created', () => look(windows.at(-1)!));
  return print(html);
}

describe('the desktop’s printer', () => {
  afterEach(() => {
    expect(windows).toEqual([]);
    expect(own.handlers).not.toHaveProperty('protocol app');
  });

  it('prints a page by its own size, in a safe window without scripts that nobody sees', async () => {
    let seen: BrowserWindow | undefined;
    const pdf = await printWhile('<p>显存</p>', (window) => {
      seen = window;
    });
    expect(pdf.toString()).toBe('%PDF- of <p>显存</p>');
    expect(seen!.options).toMatchObject({
      show: false,
      webPreferences: {
        javascript: false,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webSecurity: true,
        session: own,
      },
    });
    expect((seen!.options.webPreferences as object) ?? {}).not.toHaveProperty('preload');
    expect(seen!.calls).toEqual(['loadURL app://print/report.html']);
    expect(seen!.webContents.printed).toEqual([{ printBackground: true, preferCSSPageSize: true }]);
  });

  it('prints several in turn, each its own', async () => {
    const pages = Array.from({ length: 5 }, (_, index) => `page ${index}`);
    const printed = await Promise.all(pages.map(print));
    expect(printed.map(String)).toEqual(pages.map((page) => `%PDF- of ${page}`));
  });

  it('loads nothing but the page and the pictures within it, and grants nothing', async () => {
    await print('x');
    const cancelled = (url: string) => {
      const answer = vi.fn();
      own.handlers.beforeRequest!({ url } as never, answer as never);
      return answer.mock.calls[0]![0].cancel;
    };
    expect(cancelled('app://print/report.html')).toBe(false);
    expect(cancelled('data:image/png;base64,AA')).toBe(false);
    for (const url of [
      'https://evil.example/',
      'file:///etc/passwd',
      'app://preflight/index.html',
      'app://print/report.html?x',
    ])
      expect(cancelled(url), url).toBe(true);
    const granted = vi.fn();
    own.handlers.permissionRequest!(null as never, 'media' as never, granted as never);
    expect(granted).toHaveBeenCalledWith(false);
    expect(own.handlers.permissionCheck!()).toBe(false);
    expect(own.handlers.devicePermission!()).toBe(false);
  });

  it('says in one line what went wrong, and prints the next', async () => {
    const failing = printWhile('a', (window) => {
      window.webContents.printing = async () => {
        throw new Error('Failed to generate PDF: Printing failed');
      };
    });
    await expect(failing).rejects.toThrow(
      new UsageError('no PDF was printed (Failed to generate PDF: Printing failed); export HTML instead'),
    );
    const gone = printWhile('b', (window) => {
      window.webContents.printing = () => new Promise(() => {});
      setTimeout(() => window.webContents.emit('render-process-gone', {}, { reason: 'oom' }));
    });
    await expect(gone).rejects.toThrow('its page has gone: oom');
    expect(String(await print('c'))).toBe('%PDF- of c');
  });
});
