import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * How to call npm: its script run by this very Node where it can be found, since `npm` on Windows is a
 * batch file that needs a shell, and the PATH may hold another Node's npm.
 */
export function npmCommand(env = process.env, execPath = process.execPath, platform = process.platform) {
  const bin = dirname(execPath);
  const candidates = [
    // Under `npm run` this names the npm that was called; other package managers set it too.
    /[\\/]npm-cli\.[cm]?js$/.test(env.npm_execpath ?? '') ? env.npm_execpath : undefined,
    join(bin, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(bin, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const script = candidates.find((path) => path !== undefined && existsSync(path));
  if (script) return { command: execPath, args: [script], shell: false };
  return { command: 'npm', args: [], shell: platform === 'win32' };
}
