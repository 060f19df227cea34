import { unavailable } from '../../contract/evidence.js';
import { digestOf } from '../digest.js';

/** Schema 2 has a digest, and says whether a report was edited or redacted. What schema 1 says stays as it is. */
export function v1ToV2(report: object): object {
  const content = {
    ...report,
    schemaVersion: 2,
    // A digest in it was made by a later schema, under whose name it does not go.
    integrity: 'digest' in report ? 'edited' : unavailable('made by schema 1, which has no digest'),
    redacted: false,
  };
  return { ...content, digest: digestOf(content) };
}
