import { closeSync, openSync, readSync } from 'node:fs';
import { type Reading, unavailable } from '../contract/evidence.js';

/**
 * The libraries that a shared library is linked to (DT_NEEDED), read from the file without loading it. For 64-bit
 * little-endian ELF, by the System V ABI, chapter 5: header 64 bytes, program header 56, dynamic entry 16.
 */
export function readNeededLibraries(file: string): Reading<string[]> {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    return unavailable(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return parse((offset, length) => {
      const buffer = Buffer.alloc(length);
      const got = readSync(descriptor, buffer, 0, length, offset);
      return buffer.subarray(0, got);
    });
  } catch {
    return unavailable(`${file} is not a whole 64-bit ELF library`); // an offset past the end of a cut file
  } finally {
    closeSync(descriptor);
  }
}

type ReadAt = (offset: number, length: number) => Buffer;
interface Segment {
  type: number;
  offset: number;
  address: number;
  size: number;
}

function parse(readAt: ReadAt): string[] {
  const header = readAt(0, 64);
  if (header.toString('latin1', 0, 4) !== '\x7fELF' || header[4] !== 2 || header[5] !== 1)
    throw new Error('not ELF');
  const [tableOffset, entrySize, count] = [u64(header, 32), header.readUInt16LE(54), header.readUInt16LE(56)];
  const table = readAt(tableOffset, entrySize * count);
  const segments = Array.from({ length: count }, (_, index): Segment => {
    const at = index * entrySize;
    return {
      type: table.readUInt32LE(at),
      offset: u64(table, at + 8),
      address: u64(table, at + 16),
      size: u64(table, at + 32),
    };
  });
  const dynamic = segments.find(({ type }) => type === 2);
  if (!dynamic) return [];
  const entries = dynamicEntries(readAt(dynamic.offset, dynamic.size));
  const value = (tag: number) => entries.find((entry) => entry.tag === tag)?.value ?? 0;
  const strings = readAt(fileOffset(segments, value(5)), value(10)); // DT_STRTAB, DT_STRSZ
  return entries
    .filter(({ tag }) => tag === 1)
    .map((entry) => strings.toString('latin1', entry.value, strings.indexOf(0, entry.value)));
}

function dynamicEntries(buffer: Buffer): { tag: number; value: number }[] {
  const entries: { tag: number; value: number }[] = [];
  for (let at = 0; at + 16 <= buffer.length; at += 16) {
    const tag = u64(buffer, at);
    if (tag === 0) break;
    entries.push({ tag, value: u64(buffer, at + 8) });
  }
  return entries;
}

/** Dynamic entries hold addresses in memory; a loaded segment (PT_LOAD) says where in the file that is. */
function fileOffset(segments: readonly Segment[], address: number): number {
  const home = segments.find(
    (segment) => segment.type === 1 && address >= segment.address && address < segment.address + segment.size,
  );
  if (!home) throw new Error('no segment holds the string table');
  return address - home.address + home.offset;
}

function u64(buffer: Buffer, offset: number): number {
  return Number(buffer.readBigUInt64LE(offset));
}
