import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Desk } from '../desk/desk.js';
import { type Denial, foreign, type Names, unknown } from './gate.js';
import type { Secrets } from './secrets.js';

export const socketPath = '/api/socket';

/** A report that is imported, with room for what JSON escapes. A larger message ends its connection. */
const mostMessageBytes = 32 * 2 ** 20;
/** A page that has so much unread gets no samples any more. */
const slowBytes = 2 ** 20;
/** A page that has so much unread is cut off: it comes back and gets the state as it is then. */
const stuckBytes = 16 * 2 ** 20;
/** A tunnel that died says nothing: who answers no ping until the next one has gone. */
const pingMs = 30_000;
const goingAway = 1001;
/** How long a page has to take leave. */
const leaveMs = 500;
const pollMs = 10;

export interface SocketOptions {
  desk: Desk;
  secrets: Secrets;
  names: Names;
}

/** The WebSocket's door: lets in whom the gate lets in, and joins each to the desk. */
export class SocketDoor {
  private readonly server = new WebSocketServer({ noServer: true, maxPayload: mostMessageBytes });
  private readonly silent = new WeakSet<WebSocket>();
  private readonly pinging = setInterval(() => this.ping(), pingMs);

  constructor(private readonly options: SocketOptions) {
    this.pinging.unref();
  }

  /** Answers an upgrade, whatever it asks for. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const denied = this.denial(request);
    if (denied !== null) {
      socket.end(
        `HTTP/1.1 ${denied.status} Denied\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${denied.message}\n`,
      );
      return;
    }
    this.server.handleUpgrade(request, socket, head, (page) => this.join(page));
  }

  /** Tells every page that the server goes, and ends the connections of those that do not take leave. */
  async close(): Promise<void> {
    clearInterval(this.pinging);
    const { clients } = this.server;
    for (const page of clients) page.close(goingAway, 'preflight serve has ended');
    for (let waited = 0; clients.size > 0 && waited < leaveMs; waited += pollMs) await setTimeout(pollMs);
    for (const page of clients) page.terminate();
    this.server.close();
  }

  private denial({ headers, url }: IncomingMessage): Denial | { status: 404; message: string } | null {
    const { names, secrets } = this.options;
    const denied = foreign(headers, names) ?? unknown(headers, secrets);
    if (denied !== null) return denied;
    const isOurs = headers.upgrade?.toLowerCase() === 'websocket' && url?.split('?')[0] === socketPath;
    return isOurs ? null : { status: 404, message: `the WebSocket is at ${socketPath}` };
  }

  private join(page: WebSocket): void {
    const connection = this.options.desk.connect((message, mayDrop) => {
      if (page.bufferedAmount > stuckBytes) page.terminate();
      else if (!mayDrop || page.bufferedAmount <= slowBytes) page.send(JSON.stringify(message), () => {});
    });
    page.on('message', (data, isBinary) => connection.receive(isBinary ? null : parsed(String(data))));
    page.on('pong', () => this.silent.delete(page));
    // Of what breaks the protocol `ws` itself closes the connection.
    page.on('error', () => {});
    page.on('close', () => connection.close());
  }

  private ping(): void {
    for (const page of this.server.clients) {
      if (this.silent.has(page)) page.terminate();
      this.silent.add(page);
      page.ping();
    }
  }
}

/** What is no JSON is no message either: the connection says so. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
