import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type Reading, unavailable } from '../contract/evidence.js';
import { type DataFile, findDataFiles } from './data-files.js';
import { codeOf } from './file-system.js';
import { within } from './within.js';

const mebi = 2 ** 20;
/** Node reads files in four threads: as many readers, as a data loader has several workers. */
const readers = 4;
const pieceBytes = 2 * mebi;
/** Less says more of the first access than of the disk. */
const leastBytes = 16 * mebi;

export interface ReadBounds {
  seconds: number;
  bytes: number;
}

/**
 * How fast files of a folder are read, in bytes a second: four at a time, in pieces of 2 MiB, past the page cache
 * (O_DIRECT in open(2)). Nothing is written. A cache below this system (of the disk, of a virtual machine's host, of a
 * file server) is not passed by.
 */
export async function measureReadSpeed(
  folder: string,
  bounds: ReadBounds = { seconds: 1, bytes: 256 * mebi },
): Promise<Reading<number>> {
  if (process.platform !== 'linux')
    return unavailable('reading past the page cache is done on Linux alone (O_DIRECT)');
  const abort = new AbortController();
  const deadline = performance.now() + bounds.seconds * 1000;
  const left = () => Math.max(0, deadline - performance.now());
  const searching = findDataFiles(folder, {
    leastBytes: mebi,
    enoughBytes: bounds.bytes,
    mostEntries: 5000,
    signal: abort.signal,
  });
  // Half of the time is for reading.
  const files = await within(searching, left() / 2);
  if (files === undefined) {
    abort.abort();
    return unavailable(`the folder's list of files took longer than ${bounds.seconds / 2} s`);
  }
  if (files.reduce((sum, { bytes }) => sum + bytes, 0) < leastBytes)
    return unavailable(
      'no 16 MiB in files of 1 MiB or more were found there to read, and nothing is written',
    );
  const tally: Tally = { bytes: 0, failure: '' };
  const pieces = piecesOf(files, bounds.bytes);
  const start = performance.now();
  const reading = Array.from({ length: readers }, () => readPieces(pieces, tally, abort.signal));
  const inTime = await within(Promise.all(reading), left());
  const seconds = (performance.now() - start) / 1000;
  abort.abort();
  // A disk that is slow has its rate from what came in time.
  if (tally.bytes >= leastBytes || (inTime === undefined && tally.bytes > 0)) return tally.bytes / seconds;
  if (tally.failure !== '') return unavailable(tally.failure);
  return unavailable(`not one piece of 2 MiB could be read in ${seconds.toFixed(1)} s`);
}

interface Piece {
  file: string;
  offset: number;
}

interface Tally {
  bytes: number;
  /** Why a file could not be read; the others are. */
  failure: string;
}

/** Pieces of the files from their beginnings on, up to so many bytes. */
function* piecesOf(files: readonly DataFile[], most: number): Generator<Piece, undefined> {
  let bytes = 0;
  for (const { path: file, bytes: size } of files) {
    for (let offset = 0; offset < size && bytes < most; offset += pieceBytes) {
      bytes += Math.min(pieceBytes, size - offset);
      yield { file, offset };
    }
  }
}

/** Takes piece after piece until there is none; the readers share the generator, so that each piece is read once. */
async function readPieces(pieces: Generator<Piece, undefined>, tally: Tally, signal: AbortSignal) {
  // O_DIRECT wants memory on a page's boundary, which a Buffer is not on and WebAssembly's memory is.
  const memory = new Uint8Array(new WebAssembly.Memory({ initial: pieceBytes / 65_536 }).buffer);
  let at: { file: string; handle: FileHandle } | undefined;
  for (let piece = pieces.next().value; piece && !signal.aborted; piece = pieces.next().value) {
    try {
      if (at?.file !== piece.file) {
        await at?.handle.close();
        at = undefined;
        at = { file: piece.file, handle: await open(piece.file, constants.O_RDONLY | constants.O_DIRECT) };
      }
      const { bytesRead } = await at.handle.read(memory, 0, pieceBytes, piece.offset);
      if (!signal.aborted) tally.bytes += bytesRead;
    } catch (error) {
      tally.failure = `its files cannot be read past the page cache (${codeOf(error)})`;
    }
  }
  await at?.handle.close();
}
