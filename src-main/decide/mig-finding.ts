import { isUnavailable } from '../contract/evidence.js';
import { gpuNames } from '../contract/gpu-names.js';
import { isCut, processMemory, profileOf } from '../contract/process-memory.js';
import { gpusOfNode } from '../predict/ranks.js';
import { type DecideInput, gpusUsed, judgesThisMachine } from './decide-input.js';
import { type Finding, finding } from './finding.js';

/**
 * What a run gets of GPUs that MIG cuts: one instance of each. Between instances there is no NVLink and no other peer
 * access (NVIDIA, "MIG User Guide", Application Considerations), so that ranks on them were not seen to work.
 */
export function migFindings(input: DecideInput): Finding[] {
  if (!judgesThisMachine(input)) return [];
  const cut = gpusUsed(input).filter(isCut);
  if (cut.length === 0) return [];
  const id = 'mig';
  const empty = cut.find(
    ({ detail }) =>
      !isUnavailable(detail) && !isUnavailable(detail.mig.instances) && detail.mig.instances.length === 0,
  );
  if (empty !== undefined) {
    const text = `${gpuNames([empty])} is cut by MIG and has no instance: CUDA finds no device there`;
    return [finding(id, 'fail', 'no-go', text)];
  }
  if (gpusOfNode(input.target) > 1) {
    const text = `${gpuNames(cut)} cut by MIG: whether ranks train together over instances, between which there is no peer access, is not known`;
    return [finding(id, 'look', 'inconclusive', text)];
  }
  const { instance } = processMemory(cut[0]!);
  if (instance === null) return []; // What is free is then not known, and the memory's finding says why.
  const text = `${gpuNames(cut)} is cut by MIG: judged is its instance ${profileOf(instance)}, which the run gets with CUDA_VISIBLE_DEVICES=${instance.uuid}`;
  return [finding(id, 'look', 'go', text)];
}
