import type { Bridge, ToPage } from '../../src-main/contract/wire.js';
import type { Transport } from './message-client.js';

declare global {
  interface Window {
    /** Put there by the desktop's preload script. */
    preflight?: Bridge;
  }
}

/** Milliseconds until a lost connection is tried again: soon at first, then every five seconds. */
export const retryDelay = (attempt: number) => Math.min(250 * 2 ** attempt, 5000);

/** The desktop's, where the page runs in it; else the WebSocket of `preflight serve`. */
export function pageTransport(): Transport {
  return window.preflight === undefined ? socketTransport() : bridgeTransport(window.preflight);
}

function bridgeTransport(bridge: Bridge): Transport {
  return {
    start({ opened, received }) {
      bridge.receive(received);
      opened();
    },
    send: (message) => bridge.send(message),
  };
}

function socketTransport(): Transport {
  let socket: WebSocket;
  return {
    start({ opened, closed, received }) {
      let attempt = 0;
      const connect = () => {
        socket = new WebSocket(
          `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/socket`,
        );
        socket.addEventListener('open', () => {
          attempt = 0;
          opened();
        });
        socket.addEventListener('message', ({ data }) => received(JSON.parse(data) as ToPage));
        socket.addEventListener('close', () => {
          closed();
          setTimeout(connect, retryDelay(attempt++));
        });
      };
      connect();
    },
    send: (message) => socket.send(JSON.stringify(message)),
  };
}
