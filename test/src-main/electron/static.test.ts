import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseSync } from 'vite';
import { beforeAll, describe, expect, it } from 'vitest';
import { importsOf, sourceFiles } from '../../../scripts/lib/imports.mjs';
import { builtMain } from '../../support/built.js';

// What Electron would load, read and not run: every security setting, whichever path leads to it.

const root = join(import.meta.dirname, '../../..');

interface Node {
  type: string;
  [key: string]: unknown;
}

/** Every node of a syntax tree. */
function* nodesOf(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const each of value) yield* nodesOf(each);
  else if (typeof value === 'object' && value !== null) {
    const node = value as Node;
    if (typeof node.type === 'string') yield node;
    for (const [key, child] of Object.entries(node)) if (key !== 'parent') yield* nodesOf(child);
  }
}

const nameOf = (node: unknown) =>
  (node as { name?: string; value?: string })?.name ?? (node as { value?: string })?.value;

/** What is wrong with a script of Electron's. */
function faultsOf(file: string, source: string): string[] {
  const wanted: Record<string, boolean> = {
    contextIsolation: true,
    sandbox: true,
    webSecurity: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    bypassCSP: false,
    enableRemoteModule: false,
    enableBlinkFeatures: false,
    disableBlinkFeatures: false,
    devTools: true,
  };
  const faults: string[] = [];
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) faults.push(`cannot be parsed: ${errors[0]!.message}`);
  for (const node of nodesOf(program)) {
    if (node.type === 'Property') {
      const name = nameOf(node.key) ?? '';
      const value = (node.value as Node).value;
      if (name in wanted && value !== wanted[name]) faults.push(`${name} is not ${wanted[name]}`);
    }
    if (node.type === 'CallExpression' || node.type === 'NewExpression') {
      const callee = node.callee as Node;
      const called = nameOf(callee.property) ?? nameOf(callee) ?? '';
      const first = (node.arguments as Node[])[0];
      if (['eval', 'Function', 'executeJavaScript', 'loadFile', 'insertCSS'].includes(called))
        faults.push(called);
      if (called === 'appendSwitch') faults.push('a switch of Chromium');
      if (called === 'loadURL' && !['pageUrl', 'printUrl'].includes(nameOf(first) ?? ''))
        faults.push('loadURL of what is not our page');
      if (called === 'openExternal' && !/mayOpen\(address\)\) (void )?[\w.]*openExternal/.test(source))
        faults.push('openExternal without its check');
      if (called === 'exposeInMainWorld' && node.type === 'CallExpression') {
        const exposed = (node.arguments as Node[])[1]!;
        if (exposed.type !== 'ObjectExpression') faults.push('a bridge that is no plain object');
        for (const { value } of (exposed.properties ?? []) as Node[])
          if (!/Function/.test((value as Node)?.type ?? ''))
            faults.push('a bridge with what is no function of ours');
      }
    }
    if (node.type === 'Literal' && typeof node.value === 'string') {
      if (/unsafe-(inline|eval)/.test(node.value)) faults.push('a policy that allows what is unsafe');
      if (/^--(no-sandbox|disable-web-security|remote-debugging)/.test(node.value)) faults.push(node.value);
    }
  }
  return faults;
}

describe('the built scripts of the desktop', () => {
  let built: string;
  const read = (path: string) => readFileSync(join(built, path), 'utf8');
  beforeAll(async () => {
    built = dirname(await builtMain());
  });

  it('have every security setting', () => {
    for (const path of ['main/electron.js', 'preload/preload.cjs'])
      expect(faultsOf(path, read(path)), path).toEqual([]);
    for (const setting of [
      'contextIsolation: true',
      'sandbox: true',
      'nodeIntegration: false',
      'webSecurity: true',
    ])
      expect(read('main/electron.js')).toContain(setting);
    expect(read('main/electron.js')).toContain('app.enableSandbox()');
  });

  it('make each window with them', () => {
    const source = read('main/electron.js');
    const windows = [...nodesOf(parseSync('electron.js', source).program)].filter(
      ({ type, callee }) =>
        type === 'NewExpression' && /BrowserWindow|WebContentsView|BrowserView/.test(nameOf(callee) ?? ''),
    );
    expect(windows.length).toBeGreaterThan(0);
    for (const { start, end } of windows)
      expect(source.slice(start as number, end as number)).toMatch(
        /webPreferences: \{\s*\.\.\.safeWebPreferences/,
      );
  });

  it('reach Electron from the desktop alone: the worker and the terminal have none of it', () => {
    const other = readdirSync(join(built, 'main'), { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.js') && name !== 'electron.js',
    );
    expect(other.length).toBeGreaterThan(3);
    for (const name of other) {
      const specifiers = importsOf(name, read(join('main', name))).map(
        ({ specifier }: { specifier: string }) => specifier,
      );
      expect(specifiers, name).not.toContain('electron');
    }
  });

  it('load pages without inline code, by their own policy too', () => {
    const page = read('renderer/index.html');
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|javascript:|<style/);
    expect(page).not.toMatch(/unsafe-/);
  });

  // The check must be able to fail.
  it.each([
    ['new BrowserWindow({ webPreferences: { nodeIntegration: true } })', 'nodeIntegration is not false'],
    ['new BrowserWindow({ webPreferences: { contextIsolation: false } })', 'contextIsolation is not true'],
    ['const p = { sandbox: wanted }', 'sandbox is not true'],
    ['const p = { "webSecurity": !1 }', 'webSecurity is not true'],
    ['shell.openExternal(url)', 'openExternal without its check'],
    ['window.loadURL("https://example.com")', 'loadURL of what is not our page'],
    ['contents.executeJavaScript(code)', 'executeJavaScript'],
    ['contextBridge.exposeInMainWorld("x", ipcRenderer)', 'a bridge that is no plain object'],
    [
      'contextBridge.exposeInMainWorld("x", { ipc: ipcRenderer })',
      'a bridge with what is no function of ours',
    ],
    ['app.commandLine.appendSwitch("no-sandbox")', 'a switch of Chromium'],
    ["const policy = \"script-src 'self' 'unsafe-inline'\"", 'a policy that allows what is unsafe'],
  ])('would be found out: %s', (source, fault) => expect(faultsOf('x.js', source)).toContain(fault));
});

describe('the sources of the desktop', () => {
  const files: string[] = sourceFiles(root, ['src-main/electron']);
  const using = (pattern: RegExp) =>
    files.filter((file) => pattern.test(readFileSync(join(root, file), 'utf8')));

  it.each([
    ['ipcMain', /\bipcMain\b/, ['src-main/electron/ipc.ts']],
    ['ipcRenderer', /\bipcRenderer\b/, ['src-main/electron/preload.ts']],
    ['openExternal', /\bopenExternal\b/, ['src-main/electron/external-links.ts']],
    ['webContents.send', /\.send\(toPage/, ['src-main/electron/ipc.ts']],
    ['new BrowserWindow', /new BrowserWindow/, ['src-main/electron/window.ts']],
    ['the remote module', /@electron\/remote|\bremote\b/, []],
  ])('use %s in its one file', (_name, pattern, expected) => expect(using(pattern)).toEqual(expected));
});
