import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunEvent, RunState } from '../../../src-main/contract/run-state.js';
import type { ToPage } from '../../../src-main/contract/wire.js';
import { openDesktop } from '../../../src-main/electron/desktop.js';
import type { MenuChoice } from '../../../src-main/electron/menu.js';
import {
  app,
  type BrowserWindow,
  dialog,
  Menu,
  type MenuItem,
  powerSaveBlocker,
  session,
  windows,
} from '../../support/fake-electron.js';
import { until } from '../../support/processes.js';

vi.mock('electron', () => import('../../support/fake-electron.js'));

const folder = mkdtempSync(join(tmpdir(), 'preflight-desktop-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = {
  id: 'a',
  phase: 'sweeping',
  progress: null,
  rehearsal: null,
  probes: [],
  samples: [],
} as unknown as RunState;
const started: RunEvent = { type: 'started', run };
const ended: RunEvent = { type: 'ended', phase: 'done', reportId: 'r' };
const rehearsal = (stage: 'load' | 'steps', step: number): RunEvent => ({
  type: 'rehearsal',
  rehearsal: { attempt: 1, stage, step, steps: 20, secondsLeft: null },
});
const progress = (index: number, total: number): RunEvent => ({
  type: 'progress',
  progress: { index, total, point: {} as never, secondsLeft: 1 },
});

/** A desk that says what a test has it say, and keeps what it was asked. */
const desk = {
  lines: new Set<(message: ToPage) => void>(),
  asked: [] as unknown[],
  chosen: [] as MenuChoice[],
  closed: 0,
  /** Whether a run ends when it is cancelled. */
  obedient: true,
  menu: { tell: (choice: MenuChoice) => desk.chosen.push(choice) },
  connect(send: (message: ToPage) => void) {
    desk.lines.add(send);
    return {
      receive(message: unknown) {
        desk.asked.push(message);
        const { type, channel } = message as Record<string, string>;
        if (type === 'ask' && channel === 'run/cancel' && desk.obedient) desk.tell(ended);
      },
      close: () => desk.lines.delete(send),
    };
  },
  close: async () => {
    desk.closed += 1;
  },
  /** To all, as their listener 0: that of the watch is. */
  tell(value: RunEvent) {
    for (const send of desk.lines) send({ type: 'event', id: 0, value });
  },
};

const window = () => windows[0] as BrowserWindow;
const sub = (index: number) => Menu.current![index]!.submenu!;
const named = (label: string) =>
  [0, 1, 2, 3, 4].flatMap((at) => sub(at) ?? []).find((item) => item.label === label)!;
const flat = (items: MenuItem[]) => items.map(({ label, role, type }) => label ?? role ?? type);

describe('the desktop', () => {
  beforeAll(async () => {
    await app.whenReady();
    openDesktop(desk, { pages: folder, preload: '/built/preload.cjs' });
  });
  beforeEach(() => {
    desk.asked = [];
    desk.chosen = [];
    dialog.asked = [];
    dialog.responses = [];
  });

  it('opens one window, safe, where it was last, shown once it is drawn', () => {
    expect(windows).toHaveLength(1);
    expect(window().options).toMatchObject({
      name: 'main',
      windowStatePersistence: true,
      show: false,
      webPreferences: {
        preload: '/built/preload.cjs',
        session: session.defaultSession,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webSecurity: true,
      },
    });
    expect(window().calls).toEqual(['loadURL app://preflight/index.html', 'show']);
  });

  it('has a secured session that answers its pages', () => {
    expect(Object.keys(session.defaultSession.handlers).sort()).toEqual([
      'beforeRequest',
      'devicePermission',
      'permissionCheck',
      'permissionRequest',
      'protocol app',
    ]);
  });

  it('shows its window when it is started a second time', () => {
    window().minimized = true;
    app.emit('second-instance');
    expect(windows).toHaveLength(1);
    expect(window().minimized).toBe(false);
    expect(window().calls.at(-1)).toBe('focus');
  });

  it('has the menu that people expect', () => {
    expect(Menu.current!.map(({ label, role }) => label ?? role)).toEqual([
      'File',
      'Edit',
      'View',
      'Window',
      'Help',
    ]);
    expect(flat(sub(0))).toEqual([
      'Open Report…',
      'Open Config or Target…',
      'separator',
      'Export Report…',
      'separator',
      'quit',
    ]);
    expect(flat(sub(2))).toEqual([
      ...['Machine', 'Target', 'Run', 'Report', 'History', 'separator'],
      ...['resetZoom', 'zoomIn', 'zoomOut', 'separator', 'togglefullscreen'],
      // From a clone alone.
      ...['separator', 'reload', 'toggleDevTools'],
    ]);
    expect(
      sub(2)
        .slice(0, 5)
        .map(({ accelerator }) => accelerator),
    ).toEqual([1, 2, 3, 4, 5].map((key) => `CmdOrCtrl+${key}`));
    named('Target').click!();
    named('Export Report…').click!();
    expect(desk.chosen).toEqual([{ type: 'go', page: 'target' }, { type: 'export' }]);
  });

  describe('opens what a person chooses', () => {
    const file = (name: string, content: string | Buffer) => {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    };
    const choose = async (label: string, paths: string[]) => {
      dialog.files = [paths];
      named(label).click!();
      await until('something happened', () => dialog.asked.length > 1 || desk.chosen.length > 0, 5000);
    };

    it('as text with its name', async () => {
      const bases = [file('a.py', "_base_ = ['b.py']"), file('b.py', 'x = 1')];
      await choose('Open Config or Target…', bases);
      expect(desk.chosen).toEqual([
        {
          type: 'open',
          kind: 'config',
          files: [
            { name: 'a.py', text: "_base_ = ['b.py']" },
            { name: 'b.py', text: 'x = 1' },
          ],
        },
      ]);
      expect(dialog.asked[0]).toMatchObject({ filters: [{ extensions: ['py', 'json'] }] });
    });

    it.each([
      ['Open Report…', () => file('zeros.json', Buffer.alloc(65 * 2 ** 20)), /larger than 64 MiB/],
      ['Open Config or Target…', () => file('large.py', Buffer.alloc(2 ** 20 + 1)), /larger than 1 MiB/],
      ['Open Report…', () => join(folder, 'gone.json'), /cannot be read.*ENOENT/],
      ['Open Report…', () => folder, /cannot be read/],
    ])('and says in a line why not: %s', async (label, path, why) => {
      await choose(label, [path()]);
      expect(desk.chosen).toEqual([]);
      expect(dialog.asked.at(-1)).toMatchObject({ type: 'error', detail: expect.stringMatching(why) });
    });
  });

  it('keeps the machine awake while a sweep runs, and shows how far it is', () => {
    expect(powerSaveBlocker.active.size).toBe(0);
    desk.tell(started);
    expect([...powerSaveBlocker.active.values()]).toEqual(['prevent-app-suspension']);
    // Under way, and nobody knows how far.
    expect(window().progress).toBe(2);
    desk.tell(progress(3, 8));
    expect(window().progress).toBe(0.25);
    desk.tell(rehearsal('load', 0));
    expect(window().progress).toBe(2);
    desk.tell(rehearsal('steps', 5));
    expect(window().progress).toBe(0.25);
    expect(powerSaveBlocker.started).toBe(1);
    desk.tell(ended);
    expect(powerSaveBlocker.active.size).toBe(0);
    expect(window().progress).toBe(-1);
    desk.tell(started);
    desk.tell({ type: 'failed', error: 'x' });
    expect(powerSaveBlocker.active.size).toBe(0);
  });

  it('says that its page has gone, and loads it again', async () => {
    window().webContents.emit('render-process-gone', {}, { reason: 'oom' });
    await until('it is loaded again', () => window().webContents.reloads === 1, 2000);
    expect(dialog.asked[0]).toMatchObject({ message: expect.stringContaining('(oom)') });
    window().webContents.emit('render-process-gone', {}, { reason: 'clean-exit' });
    expect(dialog.asked).toHaveLength(1);
  });

  describe('asked to end during a sweep', () => {
    it('asks, and stays where that is wanted', async () => {
      desk.tell(started);
      expect(window().close()).toBe(false);
      await until('it asks', () => dialog.asked.length > 0, 2000);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(app.ended).toBe(0);
      expect(desk.asked).toEqual([]);
      expect(desk.closed).toBe(0);
      expect(powerSaveBlocker.active.size).toBe(1);
    });

    it('asks once, however often it is told', async () => {
      let answer: (value: { response: number }) => void = () => {};
      const original = dialog.showMessageBox;
      dialog.showMessageBox = (options: Record<string, unknown>) => {
        dialog.asked.push(options);
        return new Promise((resolve) => {
          answer = resolve;
        });
      };
      app.quit();
      app.quit();
      window().close();
      await until('it asks', () => dialog.asked.length > 0, 2000);
      expect(dialog.asked).toHaveLength(1);
      dialog.showMessageBox = original;
      answer({ response: 0 });
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(app.ended).toBe(0);
    });

    it('cancels it, waits for its report, closes the desk, and ends', async () => {
      dialog.responses = [1];
      app.quit();
      await until('it ends', () => app.ended === 1, 5000);
      expect(desk.asked).toEqual([{ type: 'ask', id: 1, channel: 'run/cancel', ask: { id: 'a' } }]);
      expect(desk.closed).toBe(1);
      expect(desk.lines.size).toBe(0);
      expect(powerSaveBlocker.active.size).toBe(0);
      expect(windows).toHaveLength(0);
    });
  });
});
