import { hostname, userInfo } from 'node:os';
import type { Command } from 'commander';
import { UsageError } from '../contract/usage-error.js';
import { cancelOnSignals } from './cancel.js';
import { reportError } from './exit.js';
import { dataOption } from './path-options.js';

interface ServeFlags {
  port?: string;
  host: string;
  cudaLibs?: string;
  data?: string;
}

const loopback = ['127.0.0.1', 'localhost', '::1'];

/** `preflight serve`: the pages of the desktop app in a browser, for a machine without a screen. */
export function addServe(program: Command, onExit: (code: number) => void): void {
  program
    .command('serve')
    .description('show the pages in a browser, here or through a tunnel; ends with Ctrl-C')
    .option('--port <n>', 'port to listen on; left out: 8317, or the next that is free')
    .option(
      '--host <address>',
      'address to listen on; 127.0.0.1 is reached from this machine alone',
      '127.0.0.1',
    )
    .option('--cuda-libs <dir>', 'a Python environment or folder with cuBLAS and cuDNN')
    .addOption(dataOption())
    .action(async (flags: ServeFlags) => {
      await run(flags);
      onExit(0);
    });
}

async function run({ host, port, cudaLibs, data }: ServeFlags): Promise<void> {
  const asked = readPort(port);
  if (host === '')
    throw new UsageError('--host is empty: give an address of this machine, such as 127.0.0.1');
  // Loaded here, so that no other command waits for it.
  const [{ serve }, { defaultPort }, { preflight }, { preflightHome }, { pagesMissing }] = await Promise.all([
    import('../serve/server.js'),
    import('../serve/listen.js'),
    import('../preflight.js'),
    import('../report/history/home.js'),
    import('../serve/pages.js'),
  ]);
  const served = await serve({
    host,
    port: asked,
    token: process.env.PREFLIGHT_TOKEN,
    flow: preflight,
    home: preflightHome(),
    cudaLibs,
    data,
    onFault: reportError,
  });
  const say = (line: string) => process.stderr.write(`${line}\n`);
  if (asked === null && served.port !== defaultPort)
    say(`port ${defaultPort} is taken: using ${served.port}`);
  if (!served.hasPages) say(`preflight: ${pagesMissing}`);
  if (!loopback.includes(host))
    say(
      `warning: everybody who reaches ${host} and has the token may start runs here, and it travels unencrypted; 127.0.0.1 and a tunnel are safer`,
    );
  process.stdout.write(`${served.address}\n`);
  if (loopback.includes(host))
    say(
      `From another machine: ssh -L ${served.port}:127.0.0.1:${served.port} ${userInfo().username}@${hostname()}, then the same address there.`,
    );
  say('Ctrl-C ends it; a sweep under way is cancelled, and its report written.');
  await signalled();
  await served.close();
}

/** Waits for the first Ctrl-C or its like; the second ends at once. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    cancelOnSignals(() => {
      process.stderr.write('ending: what was measured is kept, and a report is written\n');
      resolve();
    });
  });
}

/** @throws UsageError */
function readPort(given: string | undefined): number | null {
  if (given === undefined) return null;
  const port = /^\d{1,5}$/.test(given) ? Number(given) : Number.NaN;
  if (port <= 65535) return port;
  throw new UsageError(`--port ${given}: give a port from 1 to 65535, or 0 for any that is free`);
}
