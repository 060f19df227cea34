import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/**
 * The beginning of a regular file as text; undefined where there is none, or it is for others. What is no file, such as a
 * pipe or a device, would hold up who reads it, and is not read.
 * @param most bytes that are read
 */
export function readSmallFile(file: string, most = 65_536): string | undefined {
  let descriptor: number | undefined;
  try {
    // Without waiting for who writes into a pipe: O_NONBLOCK in open(2). Windows has none.
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    if (!fstatSync(descriptor).isFile()) return undefined;
    const buffer = Buffer.alloc(most);
    return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, most, 0));
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
