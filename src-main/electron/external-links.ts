import { shell } from 'electron';

/** Where our own pages and menu link to. */
const hosts = new Set([
  'github.com',
  'arxiv.org',
  'docs.nvidia.com',
  'developer.nvidia.com',
  'onnxruntime.ai',
]);

/** Whether an address may be handed to the system's browser: documentation over https, and no user name or port. */
export function mayOpen(address: string): boolean {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return false;
  }
  const plain = url.username === '' && url.password === '' && url.port === '';
  return url.protocol === 'https:' && plain && hosts.has(url.hostname);
}

/** Hands an address to the system's browser where that is allowed, and does nothing otherwise. */
export function openExternally(address: string): void {
  if (mayOpen(address)) void shell.openExternal(new URL(address).href);
}
