import { app, type BrowserWindow, dialog } from 'electron';
import type { Words } from './menu-words.js';
import type { SweepWatch } from './sweep-watch.js';

/** A probe that hangs is killed at once; the report of a long sweep takes a moment. */
const cancelMs = 30_000;

/** Ends the program, after asking where a measurement is under way, which is then cancelled with its report. */
export interface Quit {
  /** Keeps a window from closing until that is settled. */
  guard(window: BrowserWindow): void;
}

/**
 * @param close ends what the program has open; it is waited for
 */
export function openQuit(sweeps: SweepWatch, words: Words, close: () => Promise<void>): Quit {
  let settled = false;
  let settling = false;

  const settle = async () => {
    if (settling) return;
    settling = true;
    if (await mayEnd(sweeps, words)) {
      await close();
      settled = true;
      app.quit();
    }
    settling = false;
  };
  app.on('before-quit', (event) => {
    if (settled) return;
    event.preventDefault();
    void settle();
  });
  return {
    guard(window) {
      window.on('close', (event) => {
        // On a Mac the program, and its measurement, goes on without a window.
        if (settled || process.platform === 'darwin' || sweeps.running() === null) return;
        event.preventDefault();
        void settle();
      });
    },
  };
}

async function mayEnd(sweeps: SweepWatch, words: Words): Promise<boolean> {
  if (sweeps.running() === null) return true;
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: words.quitTitle,
    detail: words.quitText,
    buttons: [words.stay, words.cancelAndQuit],
    defaultId: 0,
    cancelId: 0,
  });
  if (response === 0) return false;
  if (!(await sweeps.cancel(cancelMs)))
    await dialog.showMessageBox({ type: 'warning', message: words.quitTitle, detail: words.quitAnyway });
  return true;
}
