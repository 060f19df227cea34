import type { Autoencoder, ModelId, ModelVersion } from './types.js';
import { v1dot0 } from './v1-0.js';
import { v1dot1 } from './v1-1.js';
import { v1dot2 } from './v1-2.js';
import { v1dot3 } from './v1-3.js';
import { v2dot0 } from './v2-0.js';
import { v2dot0DcAe } from './v2-0-dc-ae.js';

/** Every version, oldest first. */
export const modelVersions: readonly ModelVersion[] = [v1dot0, v1dot1, v1dot2, v1dot3, v2dot0];

const byId: Record<ModelId, ModelVersion> = {
  'v1.0': v1dot0,
  'v1.1': v1dot1,
  'v1.2': v1dot2,
  'v1.3': v1dot3,
  'v2.0': v2dot0,
};

/** What is known of one version, v2.0 with the autoencoder that a target names. */
export function modelVersion(id: ModelId, ae: Autoencoder | null = null): ModelVersion {
  return ae === 'dc-ae' ? v2dot0DcAe : byId[id];
}
