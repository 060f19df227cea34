import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { mayOpen } from '../../../src-main/electron/external-links.js';
import { safeWebPreferences, secureApp, secureSession } from '../../../src-main/electron/security.js';
import { app, FakeContents, FakeSession, preventable, shell } from '../../support/fake-electron.js';

vi.mock('electron', () => import('../../support/fake-electron.js'));

const docs = 'https://github.com/hpcaitech/Open-Sora';

describe('every window', () => {
  let contents: FakeContents;
  beforeAll(() => secureApp());
  beforeEach(() => {
    shell.opened = [];
    contents = new FakeContents();
    app.emit('web-contents-created', preventable(), contents);
  });

  it('is made with the settings that Electron advises', () => {
    expect(safeWebPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      spellcheck: false,
    });
    expect(app.sandboxed).toBe(true);
  });

  it.each([
    'https://evil.example/',
    'app://preflight/other.html',
    'file:///etc/passwd',
    'javascript:alert(1)',
    docs,
  ])('goes nowhere: %s', (url) => {
    for (const name of ['will-navigate', 'will-redirect']) {
      const event = preventable({ url, isMainFrame: true });
      contents.emit(name, event);
      expect(event.defaultPrevented).toBe(true);
    }
    const frame = preventable({ url, isMainFrame: false });
    contents.emit('will-frame-navigate', frame);
    expect(frame.defaultPrevented).toBe(true);
    expect(contents.openHandler!({ url })).toEqual({ action: 'deny' });
    // Documentation is shown by the system's browser instead: once for the click, once for the new window.
    expect(shell.opened).toEqual(url === docs ? [docs, docs] : []);
  });

  it('may load its own page again', () => {
    const event = preventable({ url: 'app://preflight/index.html#/run', isMainFrame: true });
    contents.emit('will-navigate', event);
    expect(event.defaultPrevented).toBe(false);
    expect(shell.opened).toEqual([]);
  });

  it('has no webview', () => {
    const event = preventable();
    contents.emit('will-attach-webview', event);
    expect(event.defaultPrevented).toBe(true);
  });

  it('trusts no bad certificate', () => {
    const event = preventable();
    const answers: boolean[] = [];
    app.emit('certificate-error', event, contents, docs, 'net::ERR_CERT_INVALID', {}, (ok: boolean) =>
      answers.push(ok),
    );
    expect(event.defaultPrevented).toBe(true);
    expect(answers).toEqual([false]);
  });
});

describe('a link out of the program', () => {
  it.each([
    docs,
    'https://arxiv.org/abs/2412.20404',
    'https://docs.nvidia.com/',
    'https://onnxruntime.ai/docs/',
  ])('%s is documentation', (url) => expect(mayOpen(url)).toBe(true));
  it.each([
    'http://github.com/',
    'https://github.com.evil.example/',
    'https://evil.example/github.com',
    'https://user@github.com/',
    'https://github.com:444/',
    'https://github.com@evil.example/',
    'file:///etc/passwd',
    'smb://github.com/share',
    'javascript:alert(1)',
    'ms-settings:',
    'github.com',
    '',
  ])('%s is none', (url) => expect(mayOpen(url)).toBe(false));
});

describe('the session of the pages', () => {
  const session = new FakeSession();
  secureSession(session as never);
  const handler = (name: string) => session.handlers[name] as (...args: unknown[]) => unknown;
  const request = (permission: string, requestingUrl: string) => {
    let granted: boolean | undefined;
    handler('permissionRequest')(null, permission, (ok: boolean) => (granted = ok), { requestingUrl });
    return granted;
  };
  const check = (permission: string, origin: string) =>
    handler('permissionCheck')(null, permission, origin, {});

  it.each([
    'media',
    'geolocation',
    'notifications',
    'midi',
    'fullscreen',
    'pointerLock',
    'openExternal',
    'display-capture',
    'clipboard-read',
    'fileSystem',
    'window-management',
    'unknown',
  ])('is denied %s', (permission) => {
    expect(request(permission, 'app://preflight/index.html')).toBe(false);
    expect(check(permission, 'app://preflight')).toBe(false);
  });

  it('may copy text, and others may not', () => {
    expect(request('clipboard-sanitized-write', 'app://preflight/index.html')).toBe(true);
    expect(check('clipboard-sanitized-write', 'app://preflight')).toBe(true);
    expect(check('clipboard-sanitized-write', 'app://preflight/')).toBe(true);
    expect(request('clipboard-sanitized-write', 'https://evil.example/')).toBe(false);
    expect(check('clipboard-sanitized-write', 'https://evil.example')).toBe(false);
    expect(check('clipboard-sanitized-write', 'app://preflight.evil')).toBe(false);
  });

  it('is given no device', () => expect(handler('devicePermission')({})).toBe(false));

  it.each([
    ['app://preflight/assets/main.js', false],
    ['data:image/png;base64,', false],
    ['blob:app://preflight/1', false],
    ['https://example.com/', true],
    ['http://127.0.0.1:8317/', true],
    ['ws://127.0.0.1/', true],
    ['wss://example.com/', true],
    ['file:///etc/passwd', true],
    ['ftp://example.com/', true],
    ['app://elsewhere/', true],
    ['blob:https://example.com/1', true],
    ['chrome-extension://x/', true],
  ])('reaches no network: %s', (url, cancel) => {
    let answer: unknown;
    handler('beforeRequest')({ url }, (given: unknown) => (answer = given));
    expect(answer).toEqual({ cancel });
  });

  it('saves what the page made, and downloads nothing', () => {
    const download = (url: string) => {
      const event = preventable();
      session.emit('will-download', event, { getURL: () => url });
      return !event.defaultPrevented;
    };
    expect(download('blob:app://preflight/1')).toBe(true);
    expect(download('https://evil.example/x.exe')).toBe(false);
    expect(download('data:text/html,x')).toBe(false);
  });
});
