import { analyseStep } from '../../models/blocks/analyse.js';
import type { Architecture } from '../../models/blocks/architecture.js';
import { buildStep } from '../../models/blocks/step.js';
import type { BlockShape } from '../../models/blocks/types.js';
import type { BlockKind, ModelVersion } from '../../models/catalog/types.js';

/** Encoders and VAE are this much smaller, so that the narrow transformer is no trifle beside them. */
const componentShare = 1 / 64;

/**
 * A version of Open-Sora with fewer heads of the same size, and so of less width, at its full depth: what a machine
 * without a GPU can run whole. A block's parameters are those of its graph; what lies outside the blocks (embedders, the
 * last layer) is narrowed in proportion.
 */
export function narrowVersion(version: ModelVersion, heads: number): ModelVersion {
  const narrow = heads / version.heads;
  const narrowed = { ...version, heads, hidden: version.hidden * narrow };
  const kinds = Object.entries(version.depth) as [BlockKind, number][];
  const blockParameters = Object.fromEntries(kinds.map(([kind]) => [kind, parametersOf(narrowed, kind)]));
  const inBlocks = (of: ModelVersion['blockParameters']) =>
    kinds.reduce((sum, [kind, depth]) => sum + depth * of[kind]!, 0);
  const outside = Math.round((version.parameters - inBlocks(version.blockParameters)) * narrow);
  const parameters = inBlocks(blockParameters) + outside;
  const frozen = Math.round((version.parameters - version.trainableParameters) * narrow);
  return {
    ...narrowed,
    name: `${version.name}, ${heads} of ${version.heads} heads`,
    parameters,
    trainableParameters: parameters - frozen,
    blockParameters,
    components: version.components.map((component) => ({
      ...component,
      parameters: Math.round(component.parameters * componentShare),
    })),
  };
}

/** What a version's blocks are built from; the rotary axes are for v2.0's heads of 128, which stay. */
function narrowArchitecture(version: ModelVersion): Architecture {
  return { ...version, rotaryAxes: [16, 56, 56] };
}

function parametersOf(version: ModelVersion, block: BlockKind): number {
  const shape: BlockShape = {
    ...{ model: version.id, block, task: 'infer', dtype: 'fp32' },
    ...{ batch: 1, latentFrames: 1, rows: 2, columns: 2 },
    ...{ depth: 1, checkpoint: false, optimizer: false },
  };
  return analyseStep(buildStep(narrowArchitecture(version), shape), shape).parameters;
}
