import { type IpcMainEvent, ipcMain, type WebContents } from 'electron';
import type { ToPage } from '../contract/wire.js';
import { toMainChannel, toPageChannel } from './channel-names.js';
import { isOurs, pageOrigin } from './origin.js';

/** What a face needs of the desk. */
export interface Connectable {
  connect(send: (message: ToPage) => void): Connection;
}

interface Connection {
  /** Takes whatever a page sent, and checks it. */
  receive(message: unknown): void;
  close(): void;
}

/** Joins windows to the desk; a page that is loaded anew has nothing of the one before. */
export interface Ipc {
  add(contents: WebContents): void;
  close(): void;
}

/** Takes messages of our own page's main frame in the windows that were added, and of nobody else. */
export function openIpc(desk: Connectable, onRefused: (from: string) => void = () => {}): Ipc {
  const connections = new Map<WebContents, Connection>();
  const connect = (contents: WebContents) => {
    connections.get(contents)?.close();
    const connection = desk.connect((message) => {
      // What a listener is told may arrive after its window, or its page, has gone.
      if (connections.get(contents) === connection && !contents.isDestroyed())
        contents.send(toPageChannel, message);
    });
    connections.set(contents, connection);
  };
  const drop = (contents: WebContents) => {
    connections.get(contents)?.close();
    connections.delete(contents);
  };
  const onMessage = (event: IpcMainEvent, message: unknown) => {
    const connection = connections.get(event.sender);
    if (connection && isTrusted(event)) connection.receive(message);
    else onRefused(event.senderFrame?.url ?? 'a frame that has gone');
  };
  ipcMain.on(toMainChannel, onMessage);
  return {
    add(contents) {
      connect(contents);
      contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
        if (isMainFrame && !isSameDocument) connect(contents);
      });
      contents.once('destroyed', () => drop(contents));
    },
    close() {
      ipcMain.removeListener(toMainChannel, onMessage);
      for (const contents of [...connections.keys()]) drop(contents);
    },
  };
}

/** The main frame of its window, showing our page: a frame within it, or another page there, is a stranger. */
function isTrusted({ senderFrame, sender }: IpcMainEvent): boolean {
  return (
    senderFrame !== null &&
    senderFrame === sender.mainFrame &&
    senderFrame.origin === pageOrigin &&
    isOurs(senderFrame.url)
  );
}
