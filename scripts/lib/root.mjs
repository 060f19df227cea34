import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout: Node gives a module its real path, so this holds through the bin symlink too. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
