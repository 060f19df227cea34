import type { HttpBindings } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { exportedSchema } from '../contract/export.js';
import type { Desk } from '../desk/desk.js';
import { cookieName, foreign, type Names, unknown } from './gate.js';
import { pagesMissing } from './pages.js';
import { isSame, type Secrets } from './secrets.js';
import { securityHeaders } from './security-headers.js';

export interface AppOptions {
  desk: Desk;
  secrets: Secrets;
  names: Names;
  /** The built pages, or null where there are none. */
  pages: string | null;
}

/** What HTTP asks are answered; the WebSocket has its own door (socket.ts) with the same gate. */
export function makeApp({ desk, secrets, names, pages }: AppOptions): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use(securityHeaders);
  app.use(async (context, next) => {
    context.header('Cache-Control', 'no-store');
    const denied = foreign(context.env.incoming.headers, names);
    return denied ? context.text(`${denied.message}\n`, denied.status) : next();
  });
  app.get('/', async (context, next) => {
    const token = context.req.query('token');
    if (token === undefined || !isSame(token, secrets.token)) return next();
    const { host } = context.env.incoming.headers;
    const options = { httpOnly: true, sameSite: 'Strict', path: '/' } as const;
    setCookie(context, cookieName(host), secrets.session, options);
    return context.redirect('/', 303);
  });
  app.use(async (context, next) => {
    const denied = unknown(context.env.incoming.headers, secrets);
    return denied ? context.text(`${denied.message}\n`, denied.status) : next();
  });
  app.get('/api/machine', async (context) => {
    const outcome = await desk.ask('machine/read', { measure: false });
    return outcome.ok ? context.json(outcome.value) : context.text(`${outcome.message}\n`, 500);
  });
  app.get('/api/export/:id', async (context) => {
    const { to, reveal, digest } = context.req.query();
    const ask = {
      id: context.req.param('id'),
      to,
      reveal: reveal === '1',
      ...(digest !== undefined && { digest }),
    };
    const outcome = await desk.ask('export', ask);
    if (!outcome.ok) return context.text(`${outcome.message}\n`, outcome.kind === 'usage' ? 400 : 500);
    const { fileName, mediaType, encoding, content } = exportedSchema.parse(outcome.value);
    context.header('Content-Disposition', `attachment; filename="${fileName}"`);
    context.header('Content-Type', mediaType);
    return context.body(new Uint8Array(Buffer.from(content, encoding)));
  });
  app.all('/api/*', (context) => context.text('there is no such thing\n', 404));
  if (pages === null) app.get('*', (context) => context.text(`${pagesMissing}\n`, 503));
  else {
    app.use('/assets/*', async (context, next) => {
      await next();
      // Built assets have the hash of their content in their name, and so never change.
      if (context.res.ok) context.header('Cache-Control', 'private, max-age=31536000, immutable');
    });
    app.use(serveStatic({ root: pages }));
  }
  app.notFound((context) => context.text('there is no such thing\n', 404));
  return app;
}
