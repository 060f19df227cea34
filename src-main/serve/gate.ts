import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { parse } from 'hono/utils/cookie';
import { isSame, type Secrets } from './secrets.js';

/** Why a request is not answered, in one line. */
export interface Denial {
  status: 401 | 403;
  message: string;
}

export type Headers = Pick<IncomingHttpHeaders, 'host' | 'origin' | 'cookie' | 'authorization'> & {
  'sec-fetch-site'?: string | undefined;
  'sec-fetch-mode'?: string | undefined;
};

/** Names by which a server on `host` is reached. */
export interface Names {
  names: ReadonlySet<string>;
  /** A server on every address is reached by any of them; a page of someone else's always has a name. */
  anyAddress: boolean;
}

/** @param machine this machine's own name */
export function namesOf(host: string, machine: string): Names {
  const anyAddress = host === '0.0.0.0' || host === '::';
  const names = ['localhost', '127.0.0.1', '[::1]', bracketed(host), ...(anyAddress ? [machine] : [])];
  return { names: new Set(names.map((name) => name.toLowerCase())), anyAddress };
}

/** An address as it stands in a URL. */
export const bracketed = (host: string) => (isIP(host) === 6 ? `[${host}]` : host);

/**
 * What a browser must not be made to ask by a page of someone else's: one whose name is made to point here (DNS
 * rebinding), or one that sends its own Origin. The port is not checked, since a tunnel changes it, but Origin and Host
 * must have the same.
 */
export function foreign(headers: Headers, { names, anyAddress }: Names): Denial | null {
  const host = urlOf(`http://${headers.host ?? ''}`);
  if (host === null || host.host !== headers.host?.toLowerCase().replace(/:80$/, ''))
    return { status: 403, message: 'the Host header names no server' };
  const isAddress = isIP(host.hostname.replace(/^\[|\]$/g, '')) !== 0;
  if (!names.has(host.hostname) && !(anyAddress && isAddress))
    return {
      status: 403,
      message: `this server is not called ${host.hostname}; open it as ${[...names].join(', ')}, or name it by --host`,
    };
  if (headers.origin !== undefined && urlOf(headers.origin)?.host !== host.host)
    return { status: 403, message: 'a page of another origin asks' };
  // A page on another port of this very machine counts as the same site: its browser would send our cookie.
  const site = headers['sec-fetch-site'];
  if (headers['sec-fetch-mode'] !== 'navigate' && (site === 'cross-site' || site === 'same-site'))
    return { status: 403, message: 'a page of another origin asks' };
  return null;
}

/** Whether a request has the cookie, or the token as `Authorization: Bearer`, which is for scripts. */
export function unknown(headers: Headers, { token, session }: Secrets): Denial | null {
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined && isSame(bearer, token)) return null;
  const name = cookieName(headers.host);
  const cookie = parse(headers.cookie ?? '', name)[name];
  if (cookie !== undefined && isSame(cookie, session)) return null;
  return {
    status: 401,
    message: 'the token is missing: open the address that `preflight serve` printed when it started',
  };
}

/** By port, as the browser sees it: cookies of one host are shared by all its ports, and so by all tunnels. */
export function cookieName(host: string | undefined): string {
  return `preflight-${urlOf(`http://${host ?? ''}`)?.port || '80'}`;
}

function urlOf(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}
