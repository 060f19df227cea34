// A process of its own that loads the built main bundle with this module in Electron's place, does what a person and
// Chromium would do, and prints what came of it. Bundled and started by built.test.ts.
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Ask, Channel } from '../../../src-main/contract/channels.js';
import { nextRunState, type RunEvent, type RunState } from '../../../src-main/contract/run-state.js';
import type { Outcome, ToMain, ToPage } from '../../../src-main/contract/wire.js';
import {
  app,
  dialog,
  ipcMain,
  Menu,
  powerSaveBlocker,
  protocol,
  session,
  utilityProcess,
  windows,
} from '../../support/fake-electron.js';
import { until } from '../../support/processes.js';

export * from '../../support/fake-electron.js';

const [, , main, mode] = process.argv;
const self = JSON.stringify(import.meta.url);
const hook = `export const resolve = (specifier, context, next) =>
  specifier === 'electron' ? { url: ${self}, shortCircuit: true } : next(specifier, context);`;

const sweep: Ask<'run/start'> = {
  asked: {
    flags: {
      model: 'v1.2',
      task: 'train',
      latentFrames: 1,
      spatialTokens: 16,
      batch: 1,
      checkpointing: 'none',
    },
  },
  device: 'cpu',
  gpus: null,
  profile: 'quick',
};

/** What a page hears, by the id of what it asked or listens to. */
function page() {
  const { webContents } = windows[0]!;
  const answers = new Map<number, Outcome>();
  let run: RunState | null = null;
  const menu: unknown[] = [];
  webContents.on('sent', (message: ToPage) => {
    if (message.type === 'answer') answers.set(message.id, message.outcome);
    else if (message.type === 'event' && message.id === 1) run = nextRunState(run, message.value as RunEvent);
    else if (message.type === 'event') menu.push(message.value);
  });
  const send = (message: ToMain) =>
    ipcMain.emit(
      'to-main',
      { sender: webContents, senderFrame: webContents.mainFrame },
      structuredClone(message),
    );
  let last = 10;
  return {
    menu,
    run: () => run,
    listen: (id: number, event: 'run' | 'menu') => send({ type: 'listen', id, event }),
    async ask<C extends Channel>(channel: C, ask: Ask<C>): Promise<Outcome> {
      const id = ++last;
      send({ type: 'ask', id, channel, ask });
      await until(`an answer to ${channel}`, () => answers.has(id), 60_000);
      return answers.get(id)!;
    },
  };
}

/** What the built protocol answers. */
async function fetched(url: string) {
  const handle = session.defaultSession.handlers['protocol app'] as unknown as (
    r: Request,
  ) => Promise<Response>;
  const { status, headers, ...answer } = await handle({ url, method: 'GET' } as Request).then(
    async (response) => ({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      text: await response.text(),
    }),
  );
  return {
    url,
    status,
    type: headers['content-type'],
    policy: headers['content-security-policy'],
    ...answer,
  };
}

async function drive() {
  await until('there is a window', () => windows.length === 1, 30_000);
  const { options, calls } = windows[0]!;
  const index = await fetched('app://preflight/index.html');
  const named = [...index.text.matchAll(/(?:src|href)="\.?\/?(assets\/[^"]+)"/g)].map(([, path]) => path);
  const assets = await Promise.all(named.map((path) => fetched(`app://preflight/${path}`)));
  const outside = await fetched('app://preflight/..%2fmain%2felectron.js');
  const here = page();
  here.listen(1, 'run');
  here.listen(2, 'menu');
  const machine = await here.ask('machine/read', { measure: false });
  const wrong = await here.ask('target/plan', { asked: { flags: { model: 'v9' } } } as never);
  Menu.current!.flatMap(({ submenu }) => submenu ?? []).find(({ label }) => label === 'Target')!.click!();

  const begun = await here.ask('run/start', sweep);
  await until('it is kept awake', () => powerSaveBlocker.active.size === 1, 10_000);
  await until('probes are there', () => (here.run()?.probes.length ?? 0) > 1, 240_000);
  const probes = here.run()!.probes.map(({ status }) => status);
  dialog.responses = [1];
  app.quit();
  await until('it ends', () => app.ended === 1, 60_000);
  return {
    ...{ name: app.name, sandboxed: app.sandboxed, schemes: protocol.schemes, options, calls },
    ...{ index, assets: assets.map(({ text: _, ...rest }) => rest), outside },
    ...{ machine, wrong, menu: here.menu, begun, probes },
    forks: utilityProcess.forks.map(({ file }) => file.split('/').at(-1)),
    left: {
      windows: windows.length,
      awake: powerSaveBlocker.active.size,
      gone: app.listenerCount('child-process-gone'),
    },
  };
}

async function second() {
  await until('it ends', () => app.quits > 0, 10_000);
  await new Promise((resolve) => setTimeout(resolve, 200));
  return { quits: app.quits, windows: windows.length, schemes: protocol.schemes.length };
}

/** Not awaited at the top: the bundle imports this module in turn. */
async function run() {
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
  app.isFirst = mode !== 'second';
  await import(pathToFileURL(main!).href);
  const result = await (mode === 'second' ? second() : drive());
  process.stdout.write(JSON.stringify(result), () => process.exit());
}
run().catch((error) => {
  console.error(error);
  process.exit(1);
});
