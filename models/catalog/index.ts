import type { ModelId, ModelVersion } from './types.js';
import { v1dot0 } from './v1-0.js';
import { v1dot1 } from './v1-1.js';
import { v1dot2 } from './v1-2.js';
import { v1dot3 } from './v1-3.js';
import { v2dot0 } from './v2-0.js';

/** Every version, oldest first. */
export const modelVersions: readonly ModelVersion[] = [v1dot0, v1dot1, v1dot2, v1dot3, v2dot0];

const byId: Record<ModelId, ModelVersion> = {
  'v1.0': v1dot0,
  'v1.1': v1dot1,
  'v1.2': v1dot2,
  'v1.3': v1dot3,
  'v2.0': v2dot0,
};

/** What is known of one version. */
export function modelVersion(id: ModelId): ModelVersion {
  return byId[id];
}
