import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { commandLine, runWords } from '../contract/command-line.js';
import type { Report } from '../contract/report.js';
import type { AskedRun } from '../contract/run-request.js';
import { onDisk } from '../report/disk-error.js';
import { makeFolder } from '../report/make-folder.js';
import { runFiles } from '../report/run-files.js';
import { writeAtomic } from '../report/write-atomic.js';

/** Where a run that a page asked for writes its report. */
export interface RunPlace {
  forReport: { out: string; command: string };
  /** Takes the folder away again where nothing is in it but what was put there first. */
  discardEmpty(): Promise<void>;
}

/** What the face was started with and every run of it gets, as on the command line. */
export interface RunOptions {
  cudaLibs?: string | undefined;
  data?: string | undefined;
}

/**
 * A new folder of the home for a run's report, with its target as a file where no flags name it, and with the report that
 * the run goes on from.
 * @throws UsageError where the disk refuses
 */
export async function openRunPlace(
  home: string,
  id: string,
  request: AskedRun,
  earlier: Report | null,
  { cudaLibs, data }: RunOptions,
): Promise<RunPlace> {
  const stamp = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  const out = join(home, 'runs', `${stamp}-${id.slice(0, 8)}`);
  const config = join(out, runFiles.target);
  const { asked } = request;
  const files: [name: string, content: unknown][] = [
    ...('target' in asked ? [[runFiles.target, asked.target] as [string, unknown]] : []),
    ...(earlier === null ? [] : [[runFiles.report, earlier] as [string, unknown]]),
  ];
  if (files.length > 0)
    await onDisk(out, async () => {
      await makeFolder(out);
      for (const [name, content] of files)
        await writeAtomic(join(out, name), `${JSON.stringify(content, null, 1)}\n`);
    });
  const words = [
    ...runWords(request, config),
    ...(cudaLibs === undefined ? [] : ['--cuda-libs', cudaLibs]),
    ...(data === undefined ? [] : ['--data', data]),
  ];
  return {
    forReport: { out, command: commandLine(words) },
    async discardEmpty() {
      const names = await readdir(out).catch(() => null);
      if (names === null || names.some((name) => !files.some(([own]) => own === name))) return;
      await rm(out, { recursive: true });
    },
  };
}
