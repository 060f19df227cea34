import { app, type Session, type WebContents } from 'electron';
import { openExternally } from './external-links.js';
import { isOurs, pageOrigin, pageUrl } from './origin.js';

/** What every window of ours is made with; a test holds each of these. */
export const safeWebPreferences = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  // Its dictionaries come from the network.
  spellcheck: false,
} as const;

/** Refuses what no page of ours does, in every window that there will be. To be called before the app is ready. */
export function secureApp(): void {
  app.enableSandbox();
  app.on('web-contents-created', (_event, contents) => secureContents(contents));
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, answer) => {
    event.preventDefault();
    answer(false);
  });
}

function secureContents(contents: WebContents): void {
  contents.setWindowOpenHandler(({ url }) => {
    openExternally(url);
    return { action: 'deny' };
  });
  // The page goes from view to view by the fragment, which is no navigation.
  contents.on('will-navigate', (event) => {
    // Itself again.
    if (event.url.split('#')[0] === pageUrl) return;
    event.preventDefault();
    openExternally(event.url);
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** Refuses permissions and the network to the pages of a session. */
export function secureSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl }) =>
    answer(mayBeGranted(permission, requestingUrl)),
  );
  session.setPermissionCheckHandler((_contents, permission, origin) =>
    mayBeGranted(permission, `${origin}/`),
  );
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !mayBeLoaded(url) }));
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(ownBlob)) event.preventDefault();
  });
}

const ownBlob = `blob:${pageOrigin}/`;

/** Copying a command writes text to the clipboard, upon a click; nothing else is granted. */
function mayBeGranted(permission: string, url: string): boolean {
  return permission === 'clipboard-sanitized-write' && isOurs(url.replace(/\/+$/, '/'));
}

/** Our files, what the page made itself, and pictures that are written within it. */
function mayBeLoaded(url: string): boolean {
  return isOurs(url) || url.startsWith(ownBlob) || url.startsWith('data:');
}
