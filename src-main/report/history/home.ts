import { join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { tool } from '../../contract/tool.js';

/** Name of the variable that names the folder in place of the platform's own. */
export const homeVariable = 'PREFLIGHT_HOME';

/**
 * Where Preflight keeps what outlives a run: `PREFLIGHT_HOME`, else the platform's folder for data
 * (`~/.local/share/preflight-for-open-sora` on Linux, by the XDG base directories).
 */
export function preflightHome(): string {
  const given = process.env[homeVariable];
  return given ? resolve(given) : envPaths(tool.name, { suffix: '' }).data;
}

/** Where reports are kept. */
export const historyFolder = (home = preflightHome()) => join(home, 'reports');

/** Where what rehearsals taught is kept. */
export const lessonsFolder = (home = preflightHome()) => join(home, 'lessons');
