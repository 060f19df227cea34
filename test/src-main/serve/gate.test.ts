import { describe, expect, it } from 'vitest';
import { cookieName, foreign, namesOf, unknown } from '../../../src-main/serve/gate.js';
import { isSame, makeSecrets } from '../../../src-main/serve/secrets.js';

const loopback = namesOf('127.0.0.1', 'lab7');
const status = (headers: Parameters<typeof foreign>[0], names = loopback) =>
  foreign(headers, names)?.status ?? 'in';

describe('who asks by a browser', () => {
  it.each([
    ['127.0.0.1:8317', 'in'],
    ['localhost:8317', 'in'],
    ['[::1]:8317', 'in'],
    ['LOCALHOST:8317', 'in'],
    ['localhost', 'in'],
    ['127.0.0.1:80', 'in'],
    ['localhost:9000', 'in'],
    ['evil.example:8317', 403],
    ['127.0.0.1.evil.example', 403],
    ['localhost.evil.example:8317', 403],
    ['localhost.', 403],
    ['lab7:8317', 403],
    ['192.168.1.5:8317', 403],
    ['127.1', 403],
    ['user@localhost:8317', 403],
    ['localhost:8317/x', 403],
    ['localhost:99999', 403],
    ['', 403],
    [undefined, 403],
  ])('to Host %s: %s', (host, expected) => {
    expect(status({ host })).toBe(expected);
  });

  it.each([
    ['http://localhost:9000', 'localhost:9000', 'in'],
    ['http://127.0.0.1', '127.0.0.1', 'in'],
    ['http://127.0.0.1', '127.0.0.1:80', 'in'],
    ['http://localhost:9001', 'localhost:9000', 403],
    ['http://localhost:9000', '127.0.0.1:9000', 403],
    ['http://evil.example', 'localhost:9000', 403],
    ['null', 'localhost:9000', 403],
    ['', 'localhost:9000', 403],
  ])('from Origin %s to Host %s: %s', (origin, host, expected) => {
    expect(status({ host, origin })).toBe(expected);
  });

  it('is stopped where the browser says that another site asks, unless a person goes there', () => {
    const host = 'localhost:8317';
    for (const site of ['cross-site', 'same-site']) {
      expect(status({ host, 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' })).toBe(403);
      expect(status({ host, 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate' })).toBe('in');
    }
    expect(status({ host, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' })).toBe('in');
    expect(status({ host, 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' })).toBe('in');
  });

  it('may use the name that --host gives, and of a server on every address the addresses and its name', () => {
    expect(status({ host: 'lab7.example:8317' }, namesOf('lab7.example', 'lab7'))).toBe('in');
    expect(status({ host: '[fe80::1]:8317' }, namesOf('fe80::1', 'lab7'))).toBe('in');
    const everywhere = namesOf('0.0.0.0', 'Lab7');
    expect(
      ['192.168.1.5:8317', '[2001:db8::5]:8317', 'lab7:8317'].map((host) => status({ host }, everywhere)),
    ).toEqual(['in', 'in', 'in']);
    expect(status({ host: 'evil.example:8317' }, everywhere)).toBe(403);
  });
});

describe('secrets', () => {
  const secrets = makeSecrets(undefined);
  const host = 'localhost:8317';
  const known = (headers: object) => unknown({ host, ...headers }, secrets) === null;

  it('have 256 random bits, and the session is another than the token', () => {
    expect(Buffer.from(secrets.token, 'base64url')).toHaveLength(32);
    expect(makeSecrets(undefined).token).not.toBe(secrets.token);
    expect(secrets.session).not.toContain(secrets.token);
  });

  it('of a given token are the same after a restart, and a guessable token is refused', () => {
    const given = 'x'.repeat(40);
    expect(makeSecrets(given)).toEqual(makeSecrets(given));
    for (const bad of ['', 'short', `${'x'.repeat(40)} `, `${'x'.repeat(40)}\n`])
      expect(() => makeSecrets(bad)).toThrow(/^PREFLIGHT_TOKEN must be 32 letters/);
  });

  it('are compared whole', () => {
    expect(isSame('abc', 'abc')).toBe(true);
    for (const other of ['', 'ab', 'abcd', 'abC']) expect(isSame(other, 'abc')).toBe(false);
  });

  it('let in the cookie of this port, or the token from a script', () => {
    const { token, session } = secrets;
    expect(known({ cookie: `preflight-8317=${session}` })).toBe(true);
    expect(known({ cookie: `a=b; preflight-8317=${session}; preflight-9000=other` })).toBe(true);
    expect(known({ authorization: `Bearer ${token}` })).toBe(true);
    for (const headers of [
      {},
      { cookie: '' },
      { cookie: `preflight-9000=${session}` },
      { cookie: `preflight-8317=${token}` },
      { cookie: `preflight-8317=${session}x` },
      { cookie: 'preflight-8317=%E0%A4%A' },
      { authorization: `Bearer ${session}` },
      { authorization: token },
    ])
      expect(known(headers), JSON.stringify(headers)).toBe(false);
  });

  it('name the cookie by the port that the browser sees', () => {
    expect(['127.0.0.1:8317', 'localhost:9000', 'localhost'].map(cookieName)).toEqual([
      'preflight-8317',
      'preflight-9000',
      'preflight-80',
    ]);
  });
});
