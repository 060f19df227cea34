import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportSchema } from '../../../src-main/contract/report.js';
import { reportOfText } from '../../../src-main/report/read-report.js';
import { localNames } from '../../../src-main/report/redact/local-names.js';
import { redact } from '../../../src-main/report/redact/redact.js';
import { identityOf } from '../../../src-main/report/run-identity.js';
import { lockName } from '../../../src-main/report/run-lock.js';
import { openRunFolder } from '../../../src-main/report/store.js';
import { cancelledReport, dryRunReport } from '../../fixtures/dry-run-reports.js';
import { goReport } from '../../fixtures/reports.js';

const report = dryRunReport();
const identity = identityOf(report);
let root: string;
let out: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'preflight-store-'));
  out = join(root, 'a', 'run');
});
afterEach(async () => rm(root, { recursive: true, force: true }));

/** The one line that a refusal is. */
async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: 'UsageError' });
  const { message } = error as Error;
  expect(message).not.toContain('\n');
  return message;
}

async function snapshot(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, await readFile(file, 'utf8')])),
  );
}

/** A run that recorded two probes and stopped. */
async function stopped(): Promise<void> {
  const folder = await openRunFolder(out, identity);
  await folder.record(report.probes[0]!);
  await folder.record(report.probes[1]!);
  await folder.close();
}

describe('a run folder', () => {
  it('has each probe on disk before the next, and the report in two renderings', async () => {
    const folder = await openRunFolder(out, identity);
    expect(folder.finished).toEqual([]);
    await folder.record(report.probes[0]!);
    expect(JSON.parse(await readFile(join(out, 'probes/001.json'), 'utf8'))).toEqual(report.probes[0]);
    await folder.finish(report);
    await folder.close();
    expect((await readdir(out)).sort()).toEqual(['probes', 'report.html', 'report.json', 'run.json']);
    expect(reportSchema.parse(JSON.parse(await readFile(join(out, 'report.json'), 'utf8')))).toEqual(report);
    const page = reportOfText(await readFile(join(out, 'report.html'), 'utf8'));
    expect(page).toEqual(redact(report, localNames()).report);
    expect(page.machine.host.hostname).toBe('host-1');
  });

  it('goes on with what is finished, and measures again what was cancelled', async () => {
    await stopped();
    const again = await openRunFolder(out, identity);
    expect(again.finished).toEqual(report.probes.slice(0, 2));
    await again.record(cancelledReport().probes[2]!);
    await again.close();
    const third = await openRunFolder(out, identity);
    expect(third.finished).toEqual(report.probes.slice(0, 2));
    await third.record(report.probes[2]!);
    await third.close();
    expect(await readdir(join(out, 'probes'))).toEqual(['001.json', '002.json', '003.json', '004.json']);
  });

  it('does not go on from a report.json alone that was edited', async () => {
    await mkdir(out, { recursive: true });
    await writeFile(join(out, 'report.json'), JSON.stringify({ ...report, wallSeconds: 1 }));
    expect(await refusal(openRunFolder(out, identity))).toMatch(
      /report\.json was edited after Preflight wrote it/,
    );
  });

  it('goes on from a report.json alone', async () => {
    await mkdir(out, { recursive: true });
    await writeFile(join(out, 'report.json'), JSON.stringify(report));
    const folder = await openRunFolder(out, identity);
    expect(folder.finished).toEqual(report.probes);
    await folder.close();
    const again = await openRunFolder(out, identity);
    expect(again.finished).toEqual(report.probes);
    await again.close();
  });

  it.each([
    ['another target', identityOf(goReport()), /holds another run: target \(model v1\.2, not v2\.0;/],
    ['another profile', { ...identity, profile: 'thorough' as const }, /profile \(quick, not thorough\)/],
    ['another device', { ...identity, device: 'cuda' }, /device \(cpu, not cuda\)/],
    ['another machine', { ...identity, hostname: 'elsewhere' }, /machine \(laptop, not elsewhere\)/],
  ])('refuses a folder of %s and leaves it as it is', async (_, other, message) => {
    await stopped();
    const before = await snapshot(root);
    expect(await refusal(openRunFolder(out, other))).toMatch(message);
    expect(await snapshot(root)).toEqual(before);
  });

  it('refuses a folder with unrelated files and leaves it as it is', async () => {
    await mkdir(out, { recursive: true });
    await writeFile(join(out, 'thesis.tex'), 'four years');
    const before = await snapshot(root);
    expect(await refusal(openRunFolder(out, identity))).toMatch(/no Preflight run \(thesis\.tex\)/);
    expect(await snapshot(root)).toEqual(before);
  });

  it.each([
    ['report.json', '{"kind": "preflight-rep'],
    ['report.json', '{"hello": "world"}'],
    ['run.json', ''],
    ['probes/002.json', '\0\0\0\0'],
    ['probes/001.json', '{"status": "ok"}'],
  ])('refuses a corrupt %s, names it, and leaves it as it is', async (name, text) => {
    const folder = await openRunFolder(out, identity);
    for (const probe of report.probes.slice(0, 2)) await folder.record(probe);
    await folder.finish(report);
    await folder.close();
    await writeFile(join(out, name), text);
    const before = await snapshot(root);
    const message = await refusal(openRunFolder(out, identity));
    expect(message).toContain(join(out, name));
    expect(message).toContain('Move that file away');
    expect(await snapshot(root)).toEqual(before);
  });

  it('refuses a folder in use, and takes it over once its holder is gone', async () => {
    const folder = await openRunFolder(out, identity);
    expect(await refusal(openRunFolder(out, identity))).toMatch(`process ${process.pid} on ${hostname()}`);
    await folder.close();
    const stale = { pid: 2 ** 22 + 1, host: hostname(), started: '1' };
    await writeFile(join(out, lockName), JSON.stringify(stale));
    await (await openRunFolder(out, identity)).close();
    // The pid is alive, but it is another process that has it now.
    await writeFile(join(out, lockName), JSON.stringify({ ...stale, pid: process.ppid }));
    await (await openRunFolder(out, identity)).close();
    await writeFile(join(out, lockName), '');
    await (await openRunFolder(out, identity)).close();
    expect(await readdir(out)).not.toContain(lockName);
  });

  it('lets one of many that open it at once have it', async () => {
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => openRunFolder(out, identity)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('says in one line that a path cannot be written', async () => {
    await writeFile(join(root, 'file'), '');
    expect(await refusal(openRunFolder(join(root, 'file'), identity))).toMatch(/\(ENOTDIR\)/);
    expect(await refusal(openRunFolder(join(root, 'file', 'run'), identity))).toMatch(/\(ENOTDIR\)/);
    expect(await refusal(openRunFolder('/proc/preflight', identity))).toMatch(
      /^Cannot write \/proc\/preflight: /,
    );
  });

  it.skipIf(process.getuid?.() === 0)('says in one line that a folder is read-only', async () => {
    await mkdir(out, { recursive: true });
    await chmod(out, 0o555);
    expect(await refusal(openRunFolder(out, identity))).toMatch(/may not write there.*\(EACCES\)/);
  });
});
