import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { answerPage, registerPageScheme, servePages } from '../../../src-main/electron/page-protocol.js';
import { FakeSession, protocol } from '../../support/fake-electron.js';

vi.mock('electron', () => import('../../support/fake-electron.js'));

const outside = mkdtempSync(join(tmpdir(), 'preflight-pages-'));
const folder = join(outside, 'renderer');
beforeAll(() => {
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'assets', 'main.js'), 'export {};');
  writeFileSync(join(folder, 'assets', 'a b.svg'), '<svg/>');
  writeFileSync(join(folder, 'assets', 'font.woff2'), new Uint8Array([1, 2, 255]));
  writeFileSync(join(folder, 'assets', 'strange.zzz'), 'x');
  mkdirSync(`${folder}-beside`);
  writeFileSync(join(`${folder}-beside`, 'secret.txt'), 'secret');
  writeFileSync(join(outside, 'secret.txt'), 'secret');
});
afterAll(() => rmSync(outside, { recursive: true, force: true }));

const get = (url: string, method = 'GET') => answerPage(folder, { url, method });

describe('the pages by their own scheme', () => {
  it.each([
    ['app://preflight/', 'text/html; charset=utf-8', '<!doctype html>'],
    ['app://preflight/index.html', 'text/html; charset=utf-8', '<!doctype html>'],
    ['app://preflight/index.html?x=1', 'text/html; charset=utf-8', '<!doctype html>'],
    ['app://preflight/assets/main.js', 'text/javascript; charset=utf-8', 'export {};'],
    ['app://preflight/assets/a%20b.svg', 'image/svg+xml; charset=utf-8', '<svg/>'],
    ['app://preflight/assets/strange.zzz', 'application/octet-stream', 'x'],
  ])('%s', async (url, type, text) => {
    const answer = await get(url);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(type);
    expect(await answer.text()).toBe(text);
  });

  it('are given byte for byte', async () => {
    const answer = await get('app://preflight/assets/font.woff2');
    expect(answer.headers.get('content-type')).toBe('font/woff2');
    expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([1, 2, 255]);
  });

  it.each([
    'app://preflight/nowhere.js',
    'app://preflight/assets',
    'app://preflight/../secret.txt',
    'app://preflight/..%2fsecret.txt',
    'app://preflight/%2e%2e/secret.txt',
    'app://preflight/assets/..%2f..%2fsecret.txt',
    'app://preflight/..%2frenderer-beside/secret.txt',
    'app://preflight/..%5csecret.txt',
    'app://preflight/%00',
    'app://preflight/%',
    'app://preflight//etc/passwd',
    'app://elsewhere/index.html',
    'app://preflight.evil/index.html',
    'file:///etc/passwd',
  ])('%s is not there', async (url) => {
    const answer = await get(url);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toBe('');
  });

  it('are read and nothing else', async () =>
    expect((await get('app://preflight/', 'POST')).status).toBe(405));

  it('come with a policy that allows our own files and nothing else, whatever the answer', async () => {
    for (const answer of [await get('app://preflight/'), await get('app://preflight/nowhere')]) {
      const policy = answer.headers.get('content-security-policy')!;
      const rules = Object.fromEntries(policy.split('; ').map((rule) => rule.split(/ (.*)/, 2)));
      expect(rules).toEqual({
        'default-src': "'none'",
        'script-src': "'self'",
        'style-src': "'self'",
        'img-src': "'self' data:",
        'font-src': "'self'",
        'base-uri': "'none'",
        'form-action': "'none'",
        'frame-ancestors': "'none'",
      });
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('have an origin of their own, and are served in the session that shows them', async () => {
    registerPageScheme();
    expect(protocol.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, codeCache: true } },
    ]);
    const session = new FakeSession();
    servePages(session as never, folder);
    const answer = await (session.handlers['protocol app'] as (request: Request) => Promise<Response>)({
      url: 'app://preflight/',
      method: 'GET',
    } as Request);
    expect(await answer.text()).toBe('<!doctype html>');
  });
});
