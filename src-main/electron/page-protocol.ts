import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { protocol, type Session } from 'electron';
import { getMimeType } from 'hono/utils/mime';
import { pagePolicy } from '../desk/page-policy.js';
import { isOurs, pageScheme } from './origin.js';

/** Our scheme is a standard and secure one, so that pages have an origin; to be called before the app is ready. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, codeCache: true } },
  ]);
}

/** Answers our scheme from the built pages. */
export function servePages(session: Session, folder: string): void {
  session.protocol.handle(pageScheme, (request) => answerPage(folder, request));
}

/** A directive's name as the header has it: `default-src` of `defaultSrc`. */
const dashed = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const headers = {
  'content-security-policy': Object.entries(pagePolicy)
    .map(([name, sources]) => `${dashed(name)} ${sources.join(' ')}`)
    .join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

/** The file that an address names, with its type; 404 for what is not there, and for whatever leads out of the folder. */
export async function answerPage(folder: string, { method, url }: Pick<Request, 'method' | 'url'>) {
  if (method !== 'GET') return refuse(405);
  const file = fileOf(folder, url);
  if (!file) return refuse(404);
  try {
    const type = getMimeType(file) ?? 'application/octet-stream';
    return new Response(await readFile(file), {
      headers: { ...headers, 'content-type': type },
    });
  } catch {
    return refuse(404);
  }
}

const refuse = (status: number) => new Response(null, { status, headers });

function fileOf(folder: string, url: string): string | undefined {
  if (!isOurs(url)) return undefined;
  let path: string;
  try {
    path = decodeURIComponent(new URL(url).pathname);
  } catch {
    return undefined;
  }
  if (path.includes('\0') || path.includes('\\')) return undefined;
  const file = join(folder, path === '/' ? 'index.html' : path);
  return file.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? file : undefined;
}
