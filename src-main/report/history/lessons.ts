import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Lesson, lessonSchema } from '../../contract/lesson.js';
import { UsageError } from '../../contract/usage-error.js';
import { onDisk } from '../disk-error.js';
import { makeFolder } from '../make-folder.js';
import { writeAtomic } from '../write-atomic.js';
import { homeVariable, lessonsFolder } from './home.js';

/** Of each machine's device, model, task, type and way of rehearsing: older ones are of another driver by then. */
const mostOfEach = 50;

export interface LessonsList {
  /** Newest first. */
  lessons: Lesson[];
  /** Files in the folder that hold no lesson, each with the reason in one line. */
  broken: string[];
}

/**
 * What rehearsals taught: a folder with a file for each lesson, which is written as a whole and never changed, so that two
 * processes that write at once lose nothing of each other's.
 */
export class Lessons {
  /** @param folder made by the first lesson */
  constructor(readonly folder = lessonsFolder()) {}

  /**
   * Keeps lessons, and of each kind the newest alone.
   * @throws UsageError where they cannot be written
   */
  async add(lessons: readonly Lesson[]): Promise<void> {
    if (lessons.length === 0) return;
    await onDisk(
      this.folder,
      async () => {
        await makeFolder(this.folder);
        for (const lesson of lessons)
          await writeAtomic(join(this.folder, nameOf(lesson)), `${JSON.stringify(lesson)}\n`);
      },
      homeVariable,
    );
    await this.forgetOldest();
  }

  /** All that are kept; a file that cannot be read is named and passed over. */
  async list(): Promise<LessonsList> {
    const { read, broken } = await this.read();
    const lessons = read.map(({ lesson }) => lesson);
    return { lessons: lessons.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1)), broken };
  }

  /**
   * Forgets all of them, those that cannot be read too.
   * @returns how many there were
   * @throws UsageError where the disk refuses
   */
  async forget(): Promise<number> {
    const names = await this.names();
    await onDisk(
      this.folder,
      async () => {
        for (const name of names) await rm(join(this.folder, name), { force: true });
      },
      homeVariable,
    );
    return names.length;
  }

  private async forgetOldest(): Promise<void> {
    const { read } = await this.read();
    const counts = new Map<string, number>();
    for (const { name, lesson } of read.toSorted((a, b) =>
      a.lesson.createdAt < b.lesson.createdAt ? 1 : -1,
    )) {
      const { hostname, device, model, task, dtype, rehearsedIn } = lesson;
      const kind = JSON.stringify([hostname, device, model, task, dtype, rehearsedIn]);
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      if (count > mostOfEach) await rm(join(this.folder, name), { force: true }).catch(() => {});
    }
  }

  private async read(): Promise<{ read: { name: string; lesson: Lesson }[]; broken: string[] }> {
    const read: { name: string; lesson: Lesson }[] = [];
    const broken: string[] = [];
    for (const name of await this.names()) {
      const path = join(this.folder, name);
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => error);
      // Another process may have forgotten it since the folder was read.
      if (text instanceof Error && text.code === 'ENOENT') continue;
      const lesson = text instanceof Error ? undefined : parsed(text);
      if (lesson === undefined)
        broken.push(`${path} holds no lesson of a rehearsal and is passed over: delete it`);
      else read.push({ name, lesson });
    }
    return { read, broken };
  }

  private async names(): Promise<string[]> {
    const names = await readdir(this.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw new UsageError(
        `The lessons in ${this.folder} cannot be read: ${error.message}; set ${homeVariable}`,
      );
    });
    return names.filter((name) => name.endsWith('.json'));
  }
}

/** What rehearsals taught of one device of this machine; that they cannot be read stops no prediction. */
export async function lessonsOfDevice(
  hostname: string,
  device: string,
  kept = new Lessons(),
): Promise<LessonsList> {
  try {
    const { lessons, broken } = await kept.list();
    const own = lessons.filter((lesson) => lesson.hostname === hostname && lesson.device === device);
    return { lessons: own, broken };
  } catch (error) {
    return { lessons: [], broken: [(error as Error).message] };
  }
}

/** Keeps lessons of a run, whose report stays what it is where that fails. @returns why it failed, or null */
export async function keepLessons(
  lessons: readonly Lesson[],
  kept = new Lessons(),
): Promise<{ warning: string } | null> {
  try {
    await kept.add(lessons);
    return null;
  } catch (error) {
    return { warning: `What the rehearsal taught is not kept: ${(error as Error).message}` };
  }
}

/** Where another device is judged than one that was rehearsed here. */
export const noLessons: LessonsList = { lessons: [], broken: [] };

/** Lessons of two rehearsals never have the same name: each is of one report. */
function nameOf({ createdAt, reportId, rehearsedIn }: Lesson): string {
  return `${createdAt.replaceAll(/[^0-9]/g, '')}-${reportId.replaceAll(/[^\w-]/g, '')}-${rehearsedIn}.json`;
}

function parsed(text: string): Lesson | undefined {
  try {
    return lessonSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
