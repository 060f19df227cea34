import type { MenuItemConstructorOptions } from 'electron';
import type { EventOf } from '../contract/channels.js';
import { openExternally } from './external-links.js';
import type { Words } from './menu-words.js';

export type MenuChoice = EventOf<'menu'>;

export interface MenuActions {
  /** Tells the page. */
  choose(choice: MenuChoice): void;
  /** Has a person choose files, and tells the page what they say. */
  open(kind: 'report' | 'config'): void;
}

interface MenuOptions extends MenuActions {
  words: Words;
  mac: boolean;
  /** Whether this runs from a clone: reloading and the developer's tools are for those who change it. */
  developing: boolean;
}

const pages = ['machine', 'target', 'run', 'report', 'history'] as const;

const docs = {
  openSora: 'https://github.com/hpcaitech/Open-Sora',
  cudaProvider: 'https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html',
};

/** The menu that people expect of a program of their system. */
export function menuTemplate(options: MenuOptions): MenuItemConstructorOptions[] {
  const { words, mac } = options;
  return [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    { label: words.file, submenu: fileMenu(options) },
    { label: words.edit, role: 'editMenu' },
    { label: words.view, submenu: viewMenu(options) },
    { label: words.window, role: 'windowMenu' },
    { label: words.help, role: 'help', submenu: helpMenu(options) },
  ];
}

const separator = { type: 'separator' } as const;

function fileMenu({ words, mac, open, choose }: MenuOptions): MenuItemConstructorOptions[] {
  return [
    { label: words.openReport, accelerator: 'CmdOrCtrl+O', click: () => open('report') },
    { label: words.openConfig, accelerator: 'CmdOrCtrl+Shift+O', click: () => open('config') },
    separator,
    { label: words.exportReport, accelerator: 'CmdOrCtrl+E', click: () => choose({ type: 'export' }) },
    separator,
    { role: mac ? 'close' : 'quit' },
  ];
}

function viewMenu({ words, choose, developing }: MenuOptions): MenuItemConstructorOptions[] {
  return [
    ...pages.map((page, index) => ({
      label: words[page],
      accelerator: `CmdOrCtrl+${index + 1}`,
      click: () => choose({ type: 'go', page }),
    })),
    separator,
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    separator,
    { role: 'togglefullscreen' },
    ...(developing ? [separator, { role: 'reload' } as const, { role: 'toggleDevTools' } as const] : []),
  ];
}

function helpMenu({ words, mac }: MenuOptions): MenuItemConstructorOptions[] {
  return [
    { label: words.openSora, click: () => openExternally(docs.openSora) },
    { label: words.cudaProvider, click: () => openExternally(docs.cudaProvider) },
    ...(mac ? [] : [separator, { role: 'about' } as const]),
  ];
}
