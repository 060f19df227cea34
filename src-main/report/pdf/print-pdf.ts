import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from '../../contract/usage-error.js';

export interface PrintOptions {
  /** Path of the browser. */
  chromium: string;
  deadlineSeconds?: number;
}

/**
 * A page as PDF, printed by a Chromium without a window. The page is ours and has no script, so that it may be opened
 * without a sandbox, as root has to.
 *
 * @throws UsageError in one line where the browser prints nothing in time
 */
export async function printPdf(html: string, options: PrintOptions): Promise<Buffer> {
  const { chromium, deadlineSeconds = 60 } = options;
  const folder = await mkdtemp(join(tmpdir(), 'preflight-pdf-'));
  try {
    const [page, pdf] = [join(folder, 'report.html'), join(folder, 'report.pdf')];
    await writeFile(page, html, { mode: 0o600 });
    const ended = await run(
      chromium,
      [
        '--headless',
        '--disable-gpu',
        '--disable-extensions',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-dev-shm-usage',
        '--no-first-run',
        '--no-default-browser-check',
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        `--user-data-dir=${join(folder, 'profile')}`,
        '--no-pdf-header-footer',
        `--print-to-pdf=${pdf}`,
        pathToFileURL(page).href,
      ],
      deadlineSeconds * 1000,
    );
    const printed = await readFile(pdf).catch(() => Buffer.alloc(0));
    // Written whole: a browser that was ended has left none or a part.
    if (printed.subarray(0, 5).toString('latin1') === '%PDF-' && ended.why === 'exit 0') return printed;
    throw new UsageError(
      `${chromium} printed no PDF (${ended.why}${ended.said === '' ? '' : `: ${ended.said}`}); name another browser by PREFLIGHT_CHROMIUM, or use --to html`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** Runs it to its end, or ends it with all its processes. */
function run(
  program: string,
  args: readonly string[],
  deadlineMs: number,
): Promise<{ why: string; said: string }> {
  return new Promise((resolve) => {
    const posix = process.platform !== 'win32';
    // In a group of its own, so that its helpers end with it.
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: posix });
    const end = () => {
      try {
        if (posix && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    let late = false;
    let said = '';
    const timer = setTimeout(() => {
      late = true;
      end();
    }, deadlineMs);
    // Ctrl-C reaches this process alone: the browser is in another group.
    const onSignal = () => end();
    process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-2000);
    });
    const done = (why: string) => {
      clearTimeout(timer);
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
      end();
      resolve({ why: late ? `nothing within ${deadlineMs / 1000} s` : why, said: lastLine(said) });
    };
    child.once('error', (error) => done(error.message));
    child.once('exit', (code, signal) => done(signal ?? `exit ${code}`));
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)!.slice(0, 200);
}
