import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { getRequestListener } from '@hono/node-server';
import { Desk, type DeskOptions } from '../desk/desk.js';
import { makeApp } from './app.js';
import { bracketed, namesOf } from './gate.js';
import { listen } from './listen.js';
import { pagesFolder } from './pages.js';
import { makeSecrets } from './secrets.js';
import { SocketDoor } from './socket.js';

/** More than the browsers of a group; beyond, a flood would take the files that probes and reports need. */
const mostConnections = 500;
/** A request that has not come whole by then makes room for others. */
const requestLimits = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 2000 };

export interface ServeOptions extends DeskOptions {
  host: string;
  /** Null for the default one or the next that is free. */
  port: number | null;
  /** In place of a new random one. */
  token?: string | undefined;
}

export interface Served {
  port: number;
  /** With the token: whoever has it is let in. */
  address: string;
  hasPages: boolean;
  /** Ends what is under way with its report, then every connection. */
  close(): Promise<void>;
}

/**
 * Serves the pages, and what they ask, to whoever has the token.
 * @throws UsageError where it cannot listen as asked
 */
export async function serve(options: ServeOptions): Promise<Served> {
  const { host } = options;
  const secrets = makeSecrets(options.token);
  const names = namesOf(host, hostname());
  const pages = pagesFolder();
  const desk = new Desk(options);
  const door = new SocketDoor({ desk, secrets, names });
  const app = makeApp({ desk, secrets, names, pages });
  const server = createServer(requestLimits, getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  server.maxConnections = mostConnections;
  server.on('upgrade', (request, socket, head) => door.upgrade(request, socket, head));
  const port = await listen(server, host, options.port);
  return {
    port,
    address: `http://${names.anyAddress ? hostname() : bracketed(host)}:${port}/?token=${secrets.token}`,
    hasPages: pages !== null,
    async close() {
      server.close();
      await desk.close();
      await door.close();
      server.closeAllConnections();
    },
  };
}
