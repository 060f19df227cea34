import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UsageError } from '../contract/usage-error.js';

export const defaultPort = 8317;
/** How many ports after the default one are tried. */
const moreTried = 20;

/**
 * Listens on the port that was asked for, or on the first free one from the default on. Answers the port.
 * @param asked null where none was
 * @throws UsageError where that cannot be
 */
export async function listen(server: Server, host: string, asked: number | null): Promise<number> {
  const last = asked ?? defaultPort + moreTried;
  for (let port = asked ?? defaultPort; ; port += 1) {
    try {
      return await listenOn(server, host, port);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EADDRINUSE' || port >= last)
        throw refusal(error as NodeJS.ErrnoException, host, port, asked);
    }
  }
}

function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function refusal({ code, message }: NodeJS.ErrnoException, host: string, port: number, asked: number | null) {
  const says: Record<string, string> = {
    EADDRINUSE:
      asked === null
        ? `ports ${defaultPort} to ${port} are all taken: name a free one with --port`
        : `--port ${port} is taken: name another one, or leave --port out for the next that is free`,
    EACCES: `--port ${port}: this user may not listen there; name one above 1023`,
    EADDRNOTAVAIL: `--host ${host}: this machine has no such address; 127.0.0.1 is reached from here alone, 0.0.0.0 from everywhere`,
    ENOTFOUND: `--host ${host}: there is no such name; give an address of this machine`,
    EAI_AGAIN: `--host ${host}: there is no such name; give an address of this machine`,
  };
  return new UsageError(says[code ?? ''] ?? `cannot listen on ${host}, port ${port}: ${message}`);
}
