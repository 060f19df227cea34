import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { machineSchema } from '../../../src-main/contract/machine.js';
import { reportOfText } from '../../../src-main/report/read-report.js';
import { goReport } from '../../fixtures/reports.js';
import { runCli } from '../../support/cli.js';
import { markedProcesses, until } from '../../support/processes.js';
import { get, Page, type Served, startServe, upgradeStatus } from '../../support/served.js';

// A real server in a process of its own, and real sockets: what a page of someone else's may try on it.

let home: string;
let served: Served;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'preflight-serve-'));
  served = await startServe(home);
});
afterAll(() => {
  served.run.child.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

const at = (path: string, headers: Record<string, string> = {}, method?: string) =>
  get(served.port, path, headers, method);
const withCookie = (headers: Record<string, string> = {}) => ({ cookie: served.cookie, ...headers });

describe('preflight serve', () => {
  it('exchanges the token for a cookie named by the port, and takes it out of the address', async () => {
    const { status, headers } = await at(`/?token=${served.token}`);
    expect([status, headers.location]).toEqual([303, '/']);
    expect(String(headers['set-cookie'])).toMatch(
      new RegExp(`^preflight-${served.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
    );
    expect(String(headers['set-cookie'])).not.toContain(served.token);
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['cache-control']).toBe('no-store');
  });

  it('answers 401 to whatever lacks the token', async () => {
    const wrong = `${served.token.slice(0, -1)}!`;
    const answers = await Promise.all([
      at('/'),
      at(`/?token=${encodeURIComponent(wrong)}`),
      at('/?token='),
      at('/assets/index.js'),
      at('/api/machine'),
      at(`/api/machine?token=${served.token}`),
      at('/api/socket'),
      at('/api/machine', { cookie: `preflight-${served.port}=${served.token}` }),
      at('/api/machine', { cookie: served.cookie.replace(String(served.port), '1') }),
      at('/api/machine', { authorization: 'Bearer x' }),
      at('/api/machine', {}, 'POST'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401));
    for (const { body, headers } of answers) {
      expect(body).toMatch(/^the token is missing: open the address that `preflight serve` printed.*\n$/);
      expect(headers['set-cookie']).toBeUndefined();
    }
    expect(await upgradeStatus(served.port)).toBe(401);
    expect(await upgradeStatus(served.port, {}, `/api/socket?token=${served.token}`)).toBe(401);
    expect(await upgradeStatus(served.port, { cookie: `preflight-${served.port}=x` })).toBe(401);
  });

  it.each([
    ['a Host of another name (DNS rebinding)', { host: 'evil.example' }],
    ['the Origin of another page', { origin: 'http://evil.example' }],
    ['the Origin of another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['an Origin without a name', { origin: 'null' }],
    ['a browser that says another site asks', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' }],
  ])('answers 403 to %s, the cookie or not', async (_, headers) => {
    for (const path of ['/', `/?token=${served.token}`, '/api/machine'])
      for (const sent of [headers, withCookie(headers)]) {
        const answer = await at(path, sent as Record<string, string>);
        expect(answer.status, path).toBe(403);
        expect(answer.headers['set-cookie']).toBeUndefined();
      }
    expect(await upgradeStatus(served.port, withCookie(headers as Record<string, string>))).toBe(403);
  });

  it('is reached through a tunnel with another port, whose cookie is its own', async () => {
    const host = 'localhost:4321';
    const { headers } = await at(`/?token=${served.token}`, { host });
    const cookie = String(headers['set-cookie']).split(';')[0]!;
    expect(cookie).toMatch(/^preflight-4321=/);
    const through = { host, cookie, origin: 'http://localhost:4321' };
    expect((await at('/api/machine', through)).status).toBe(200);
    expect(await upgradeStatus(served.port, through)).toBe(101);
    expect((await at('/api/machine', { host, cookie: served.cookie })).status).toBe(401);
  });

  it('answers the machine as `detect --json` does, to the cookie and to a script with the token', async () => {
    const [page, script, cli] = await Promise.all([
      at('/api/machine', withCookie()),
      at('/api/machine', { authorization: `Bearer ${served.token}` }),
      runCli(['detect', '--json']),
    ]);
    for (const { status, headers, body } of [page, script]) {
      expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
      expect(headers['content-type']).toMatch(/^application\/json/);
      const machine = machineSchema.parse(JSON.parse(body));
      const shape = (value: unknown) => Object.keys(value as object).sort();
      expect(shape(machine)).toEqual(shape(JSON.parse(cli.stdout)));
      expect(machine.host.hostname).toBe(JSON.parse(cli.stdout).host.hostname);
      expect(machine.checks.map(({ id }) => id)).toEqual(
        JSON.parse(cli.stdout).checks.map(({ id }: { id: string }) => id),
      );
    }
  });

  it('gives a report of the history as a file, redacted unless asked otherwise', async () => {
    const report = goReport();
    const page = await Page.open(served);
    await page.ask('history/import', { name: 'report.json', text: JSON.stringify(report) });
    page.socket.terminate();
    const path = `/api/export/${report.id}?to=html`;
    const [hidden, open, other] = await Promise.all(
      [path, `${path}&reveal=1`, `/api/export/${report.id}?to=exe`].map((each) => at(each, withCookie())),
    );
    expect([hidden!.status, open!.status, other!.status]).toEqual([200, 200, 400]);
    expect(hidden!.headers['content-disposition']).toMatch(
      /^attachment; filename="preflight-[\w.-]+\.html"$/,
    );
    expect(hidden!.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(hidden!.headers['cache-control']).toBe('no-store');
    expect(hidden!.body).not.toContain(report.machine.host.hostname);
    expect(reportOfText(open!.body)).toEqual(report);
    expect((await at(path)).status).toBe(401);
    expect((await at('/api/export/..%2F..%2Fetc%2Fpasswd?to=json', withCookie())).status).toBe(400);
  });

  it('gives the built pages, of which what has a hash in its name may be kept', async () => {
    const index = await at('/', withCookie());
    expect([index.status, index.headers['cache-control']]).toEqual([200, 'no-store']);
    const script = /src="(?:\.)?(\/assets\/[^"]+\.js)"/.exec(index.body)?.[1];
    const asset = await at(script!, withCookie());
    expect([asset.status, asset.headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect(asset.headers['cache-control']).toBe('private, max-age=31536000, immutable');
    expect((await at(script!)).status).toBe(401);
  });

  it('gives every answer the headers that keep others out', async () => {
    const paths = ['/', '/api/machine', '/nothing', `/?token=${served.token}`];
    for (const sent of [{}, withCookie(), { host: 'evil.example' }])
      for (const path of paths) {
        const { headers } = await at(path, sent);
        const policy = String(headers['content-security-policy']);
        expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
        expect(policy).toContain("frame-ancestors 'none'");
        expect(policy).not.toMatch(/unsafe|\*/);
        expect(headers['x-content-type-options']).toBe('nosniff');
        expect(headers['cross-origin-resource-policy']).toBe('same-origin');
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
    const preflight = await at('/api/machine', withCookie({ origin: 'http://evil.example' }), 'OPTIONS');
    expect(preflight.status).toBe(403);
  });

  it('gives no file but the pages', async () => {
    for (const path of [
      '/../package.json',
      '/..%2fpackage.json',
      '/%2e%2e/main/cli.js',
      '/assets/../../main/cli.js',
    ]) {
      const { status, body } = await at(path, withCookie());
      expect([404, 503], path).toContain(status);
      expect(body.length).toBeLessThan(100);
    }
  });

  it('ends an upgrade to anything else, and a request that is none', async () => {
    expect(await upgradeStatus(served.port, withCookie(), '/other')).toBe(404);
    const raw = (text: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(served.port, '127.0.0.1', () => socket.write(text));
        let answer = '';
        socket.on('data', (data) => {
          answer += data;
        });
        socket.on('close', () => resolve(answer));
        socket.on('error', reject);
      });
    const head = `GET /api/socket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nCookie: ${served.cookie.replace(/-\d+=/, '-80=')}\r\n`;
    expect(await raw(`${head}Upgrade: h2c\r\n\r\n`)).toMatch(/^HTTP\/1.1 404 /);
    expect(await raw(`${head}Upgrade: websocket\r\n\r\n`)).toMatch(/^HTTP\/1.1 400 /);
    expect(await raw('nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
    expect((await at('/api/machine', withCookie())).status).toBe(200);
  });

  it('is not filled by requests that never come whole: so many at most, each for some seconds', async () => {
    const ended = { atOnce: 0, later: 0 };
    let count: keyof typeof ended = 'atOnce';
    const sockets = Array.from({ length: 700 }, () => {
      const socket = connect(served.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: '));
      return socket
        .resume()
        .on('error', () => {})
        .on('close', () => {
          ended[count] += 1;
        });
    });
    await until('those beyond the bound are closed', () => ended.atOnce >= 200, 10_000);
    count = 'later';
    await until('the others are given up', () => ended.later === sockets.length - ended.atOnce, 30_000);
    expect(ended.atOnce).toBeLessThan(300);
    expect((await at('/api/machine', withCookie())).status).toBe(200);
  }, 60_000);

  it('listens on loopback alone', async () => {
    const other = Object.values((await import('node:os')).networkInterfaces())
      .flat()
      .find((address) => address && !address.internal && address.family === 'IPv4');
    if (!other) return;
    const reached = await new Promise((resolve) => {
      const socket = connect(served.port, other.address, () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    expect(reached).toBe(false);
  });

  it('says its address once, its token nowhere else, and how to tunnel', () => {
    const { run, port, token } = served;
    expect(run.stdout()).toBe(`http://127.0.0.1:${port}/?token=${token}\n`);
    expect(run.stderr()).toMatch(
      new RegExp(`ssh -L ${port}:127\\.0\\.0\\.1:${port} \\S+@\\S+, then the same`),
    );
    expect(run.stderr()).not.toContain(token);
    expect(run.stderr()).not.toContain(served.cookie.split('=')[1]);
  });
});

describe('the port and the host', () => {
  it('that are taken or none are refused in one line', async () => {
    const taken = await runCli(['serve', '--port', String(served.port)]);
    expect([taken.code, taken.stdout]).toEqual([2, '']);
    expect(taken.stderr).toMatch(
      /^preflight: --port \d+ is taken: name another one, or leave --port out.*\n$/,
    );
    for (const [args, says] of [
      [['--port', '65536'], /--port 65536: give a port from 1 to 65535/],
      [['--port', '-1'], /--port -1: give a port/],
      [['--port', ''], /--port : give a port/],
      [['--port', '80x'], /--port 80x: give a port/],
      [['--host', ''], /--host is empty/],
      [['--host', '203.0.113.7', '--port', '0'], /--host 203\.0\.113\.7: this machine has no such address/],
    ] as const) {
      const { code, stdout, stderr } = await runCli(['serve', ...args]);
      expect([code, stdout], stderr).toEqual([2, '']);
      expect(stderr).toMatch(says);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
  });

  it('by default is the next one that is free, and said', async () => {
    const holder = createServer().listen(8317, '127.0.0.1');
    // Another server on this machine may hold it: it is as taken then.
    await new Promise((resolve) => holder.once('listening', resolve).once('error', resolve));
    const other = await startServe(home, {}, []);
    expect(other.port).toBeGreaterThan(8317);
    expect(other.run.stderr()).toContain(`port 8317 is taken: using ${other.port}`);
    other.run.child.kill('SIGTERM');
    expect((await other.run.end).code).toBe(0);
    holder.close();
  });

  it('that reach further are warned of', async () => {
    const open = await startServe(home, {}, ['--host', '0.0.0.0', '--port', '0']).catch((error) => error);
    const { run, port, token } = open as Served;
    expect(run.stderr()).toMatch(
      /^warning: everybody who reaches 0\.0\.0\.0 and has the token may start runs/m,
    );
    expect((await get(port, '/api/machine')).status).toBe(401);
    expect((await get(port, `/?token=${token}`, { host: 'evil.example' })).status).toBe(403);
    run.child.kill('SIGINT');
    expect((await run.end).code).toBe(0);
    await until('nothing is left', () => markedProcesses(run.marker).length === 0, 2000);
  });

  it('keep the cookie good over a restart where the token is given', async () => {
    const env = { PREFLIGHT_TOKEN: 'given-0123456789-0123456789-0123456789' };
    const first = await startServe(home, env);
    expect(first.token).toBe(env.PREFLIGHT_TOKEN);
    first.run.child.kill('SIGTERM');
    await first.run.end;
    const second = await startServe(home, env, ['--port', String(first.port)]);
    expect((await get(second.port, '/api/machine', { cookie: first.cookie })).status).toBe(200);
    second.run.child.kill('SIGTERM');
    await second.run.end;
    const short = await runCli(['serve', '--port', '0'], { env: { PREFLIGHT_TOKEN: 'secret' } });
    expect([short.code, short.stdout]).toEqual([2, '']);
    expect(short.stderr).not.toContain('secret');
  });
});
