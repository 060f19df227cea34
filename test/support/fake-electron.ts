import { EventEmitter } from 'node:events';
import { startFakeUtility } from './fake-utility-process.js';

// Stands in for the module `electron`, whose binary cannot be fetched everywhere: it records what it is told, and lets a
// test do what Chromium and a person would do. It follows electron.d.ts of the pinned version.

export interface Preventable {
  defaultPrevented: boolean;
  preventDefault(): void;
}

export function preventable<T extends object>(over?: T): Preventable & T {
  const event = {
    defaultPrevented: false,
    preventDefault: () => {
      event.defaultPrevented = true;
    },
    ...over,
  };
  return event as Preventable & T;
}

export interface Frame {
  url: string;
  origin: string;
}

let lastId = 0;

interface PrintOptions {
  printBackground?: boolean;
  preferCSSPageSize?: boolean;
}

export class FakeContents extends EventEmitter {
  readonly id = ++lastId;
  mainFrame: Frame = { url: '', origin: 'null' };
  sent: { channel: string; message: unknown }[] = [];
  reloads = 0;
  destroyed = false;
  openHandler: ((details: { url: string }) => { action: string }) | null = null;
  isDestroyed = () => this.destroyed;
  reload = () => {
    this.reloads += 1;
  };
  /** What stands in the page, as its session's protocol answered it. */
  text = '';
  /** What printing does in place of answering the page's own text. */
  printing: ((text: string) => Promise<Buffer>) | null = null;
  printed: PrintOptions[] = [];
  printToPDF(options: PrintOptions) {
    this.printed.push(options);
    return this.printing?.(this.text) ?? Promise.resolve(Buffer.from(`%PDF- of ${this.text}`));
  }
  send(channel: string, message: unknown) {
    if (this.destroyed) throw new Error('Object has been destroyed');
    // As Electron does it: a copy, and an error for what cannot be copied.
    this.sent.push({ channel, message: structuredClone(message) });
    this.emit('sent', message);
  }
  setWindowOpenHandler(handler: NonNullable<FakeContents['openHandler']>) {
    this.openHandler = handler;
  }
  /** A page was loaded: its address, and the origin that Chromium gives it. */
  loaded(url: string, origin: string) {
    this.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false, url });
    this.mainFrame = { url, origin };
  }
}

export const windows: BrowserWindow[] = [];

export class BrowserWindow extends EventEmitter {
  readonly webContents = new FakeContents();
  readonly calls: string[] = [];
  progress: number | null = null;
  minimized = false;
  destroyed = false;
  constructor(readonly options: Record<string, unknown>) {
    super();
    windows.push(this);
    app.emit('web-contents-created', preventable(), this.webContents);
  }
  async loadURL(url: string) {
    this.calls.push(`loadURL ${url}`);
    this.webContents.loaded(url, new URL(url).protocol === 'app:' ? `app://${new URL(url).host}` : 'null');
    this.emit('ready-to-show');
    const { session } = this.options.webPreferences as { session?: FakeSession };
    const answer = session?.handlers['protocol app'] as
      | ((request: { method: string; url: string }) => Response | Promise<Response>)
      | undefined;
    const response = await answer?.({ method: 'GET', url });
    this.webContents.text = (await response?.text()) ?? '';
  }
  show = () => this.calls.push('show');
  focus = () => this.calls.push('focus');
  isMinimized = () => this.minimized;
  restore = () => {
    this.minimized = false;
  };
  isDestroyed = () => this.destroyed;
  setProgressBar(value: number) {
    this.progress = value;
  }
  /** What a person's click on its cross does. @returns whether it closed */
  close(): boolean {
    const event = preventable();
    this.emit('close', event);
    if (event.defaultPrevented) return false;
    this.destroy();
    return true;
  }
  destroy() {
    this.destroyed = true;
    this.webContents.destroyed = true;
    this.webContents.emit('destroyed');
    windows.splice(windows.indexOf(this), 1);
    this.emit('closed');
    if (windows.length === 0 && !app.quitting) app.emit('window-all-closed');
  }
}

class FakeApp extends EventEmitter {
  isPackaged = false;
  locale = 'en-GB';
  name = '';
  sandboxed = false;
  isFirst = true;
  quits = 0;
  /** How often it really ended. */
  ended = 0;
  quitting = false;
  private isReady = false;
  setName(name: string) {
    this.name = name;
  }
  getLocale = () => this.locale;
  requestSingleInstanceLock = () => this.isFirst;
  enableSandbox() {
    if (this.isReady) throw new Error('app.enableSandbox() can only be called before app is ready');
    this.sandboxed = true;
  }
  whenReady = async () => {
    // Ready is told after the main module is loaded, and never before.
    await new Promise((resolve) => setTimeout(resolve));
    this.isReady = true;
  };
  ready = () => this.isReady;
  quit() {
    this.quits += 1;
    const event = preventable();
    this.emit('before-quit', event);
    if (event.defaultPrevented) return;
    // Closing the last window is no `window-all-closed` then.
    this.quitting = true;
    if (windows.slice().every((window) => window.close())) this.ended += 1;
    this.quitting = false;
  }
}
export const app = new FakeApp();

export const ipcMain = new EventEmitter();

interface Scheme {
  scheme: string;
  privileges: Record<string, boolean>;
}
export const protocol = {
  schemes: [] as Scheme[],
  registerSchemesAsPrivileged(schemes: Scheme[]) {
    if (app.ready())
      throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    protocol.schemes.push(...schemes);
  },
};

type Any = (...args: never[]) => unknown;

export class FakeSession extends EventEmitter {
  readonly handlers: Record<string, Any> = {};
  private readonly keep = (name: string) => (handler: Any) => {
    this.handlers[name] = handler;
  };
  setPermissionRequestHandler = this.keep('permissionRequest');
  setPermissionCheckHandler = this.keep('permissionCheck');
  setDevicePermissionHandler = this.keep('devicePermission');
  webRequest = { onBeforeRequest: this.keep('beforeRequest') };
  protocol = {
    handle: (scheme: string, handler: Any) => {
      if (`protocol ${scheme}` in this.handlers) throw new Error('Failed to register protocol: app');
      this.handlers[`protocol ${scheme}`] = handler;
    },
    unhandle: (scheme: string) => {
      delete this.handlers[`protocol ${scheme}`];
    },
  };
}
const partitions = new Map<string, FakeSession>();
export const session = {
  defaultSession: new FakeSession(),
  /** The same one for the same name. */
  fromPartition(name: string) {
    const own = partitions.get(name) ?? new FakeSession();
    partitions.set(name, own);
    return own;
  },
};

export interface MenuItem {
  label?: string;
  role?: string;
  type?: string;
  accelerator?: string;
  click?: () => void;
  submenu?: MenuItem[];
}
export const Menu = {
  current: null as MenuItem[] | null,
  buildFromTemplate: (template: MenuItem[]) => template,
  setApplicationMenu(menu: MenuItem[] | null) {
    Menu.current = menu;
  },
};

/** The next answers of dialogs, in order, and what was asked. */
export const dialog = {
  asked: [] as Record<string, unknown>[],
  files: [] as string[][],
  responses: [] as number[],
  showOpenDialog(_window: BrowserWindow, options: Record<string, unknown>) {
    dialog.asked.push(options);
    const filePaths = dialog.files.shift() ?? [];
    return Promise.resolve({ canceled: filePaths.length === 0, filePaths });
  },
  showMessageBox(...args: Record<string, unknown>[]) {
    dialog.asked.push(args.at(-1)!);
    return Promise.resolve({ response: dialog.responses.shift() ?? 0 });
  },
};

export const shell = {
  opened: [] as string[],
  openExternal(url: string) {
    shell.opened.push(url);
    return Promise.resolve();
  },
};

export const powerSaveBlocker = {
  active: new Map<number, string>(),
  started: 0,
  start(type: string) {
    powerSaveBlocker.active.set(++powerSaveBlocker.started, type);
    return powerSaveBlocker.started;
  },
  stop: (id: number) => powerSaveBlocker.active.delete(id),
};

export const nativeTheme = { shouldUseDarkColors: false };

export const utilityProcess = {
  /** The reason that `child-process-gone` gives for the next that is killed, in place of what the signal says. */
  nextReason: null as string | null,
  forks: [] as { file: string; options: Record<string, unknown> }[],
  fork(file: string, _args: string[], options: Record<string, unknown>) {
    if (!app.ready()) throw new TypeError('utilityProcess cannot be created before app is ready.');
    utilityProcess.forks.push({ file, options });
    return startFakeUtility(file, options, (details) => {
      const reason = utilityProcess.nextReason ?? details.reason;
      utilityProcess.nextReason = null;
      app.emit('child-process-gone', preventable(), { ...details, reason });
    });
  },
};
