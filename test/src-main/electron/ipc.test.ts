import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ToPage } from '../../../src-main/contract/wire.js';
import { type Ipc, openIpc } from '../../../src-main/electron/ipc.js';
import { FakeContents, type Frame, ipcMain } from '../../support/fake-electron.js';

vi.mock('electron', () => import('../../support/fake-electron.js'));

const answer: ToPage = { type: 'answer', id: 1, outcome: { ok: true, value: {} } };
const page = 'app://preflight/index.html#/run';

interface Line {
  got: unknown[];
  closed: boolean;
  send(message: ToPage): void;
}

describe('messages of pages', () => {
  let lines: Line[];
  let refused: string[];
  let ipc: Ipc;
  let contents: FakeContents;

  beforeEach(() => {
    lines = [];
    refused = [];
    const connect = (send: (message: ToPage) => void) => {
      const line: Line = { got: [], closed: false, send };
      lines.push(line);
      return {
        receive: (message: unknown) => line.got.push(message),
        close: () => {
          line.closed = true;
        },
      };
    };
    ipc = openIpc({ connect }, (from) => refused.push(from));
    contents = new FakeContents();
    ipc.add(contents as never);
    contents.loaded(page, 'app://preflight');
  });
  afterEach(() => ipc.close());

  const say = (senderFrame: Frame | null, sender = contents) =>
    ipcMain.emit('to-main', { sender, senderFrame }, 'hello');
  const heard = () => lines.flatMap(({ got }) => got);

  it('are taken from the main frame of our page, and answered', () => {
    say(contents.mainFrame);
    expect(heard()).toEqual(['hello']);
    expect(refused).toEqual([]);
    lines.at(-1)!.send(answer);
    expect(contents.sent).toEqual([{ channel: 'to-page', message: answer }]);
  });

  it.each<[string, () => Frame | null]>([
    ['a frame within it', () => ({ ...contents.mainFrame })],
    ['a frame that has gone', () => null],
    [
      'another page there',
      () => (contents.mainFrame = { url: 'https://evil.example/', origin: 'https://evil.example' }),
    ],
    [
      'another host of our scheme',
      () => (contents.mainFrame = { url: 'app://evil/index.html', origin: 'app://evil' }),
    ],
    [
      'a host that begins as ours',
      () => (contents.mainFrame = { url: 'app://preflight.evil/', origin: 'app://preflight.evil' }),
    ],
    ['our address without our origin', () => (contents.mainFrame = { url: page, origin: 'null' })],
    [
      'our origin at another address',
      () => (contents.mainFrame = { url: 'about:blank', origin: 'app://preflight' }),
    ],
    ['a file', () => (contents.mainFrame = { url: 'file:///index.html', origin: 'file://' })],
  ])('of %s are refused', (_name, frame) => {
    const from = frame();
    say(from);
    expect(heard()).toEqual([]);
    expect(refused).toEqual([from?.url ?? 'a frame that has gone']);
  });

  it('of a window that was not added are refused', () => {
    const other = new FakeContents();
    other.loaded(page, 'app://preflight');
    say(other.mainFrame, other);
    expect(heard()).toEqual([]);
    expect(refused).toEqual([page]);
  });

  it('begin anew with a page that is loaded again, and not with a view of the same page', () => {
    const before = lines.at(-1)!;
    contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: true });
    contents.emit('did-start-navigation', { isMainFrame: false, isSameDocument: false });
    expect(lines.at(-1)).toBe(before);
    contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
    expect(before.closed).toBe(true);
    // What was meant for the page before does not reach the one after it.
    before.send(answer);
    expect(contents.sent).toEqual([]);
    say(contents.mainFrame);
    expect(lines.at(-1)!.got).toEqual(['hello']);
  });

  it('end with the window: an answer that comes late harms nobody', () => {
    contents.destroyed = true;
    lines.at(-1)!.send(answer);
    contents.emit('destroyed');
    expect(lines.every(({ closed }) => closed)).toBe(true);
    lines.at(-1)!.send(answer);
    expect(contents.sent).toEqual([]);
  });

  it('are heard by nobody once it is closed', () => {
    ipc.close();
    expect(ipcMain.listenerCount('to-main')).toBe(0);
    expect(lines.every(({ closed }) => closed)).toBe(true);
  });
});
