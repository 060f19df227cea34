import type { TFunction } from 'i18next';
import { AskError } from './client.js';

/** A failure in one line for a person; what the main side said is said as it stands. */
export function errorLine(error: Error, t: TFunction): string {
  if (error instanceof AskError && error.kind === 'lost') return t('shell.lostMeanwhile');
  return error.message;
}
