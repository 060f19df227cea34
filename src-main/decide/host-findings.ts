import { known } from '../contract/evidence.js';
import { formatGiB, formatGiBRange } from '../contract/format.js';
import { gpusOfNode } from '../predict/ranks.js';
import { type Asked, type DecideInput, judgesThisMachine } from './decide-input.js';
import { type Finding, finding } from './finding.js';

/** Free host memory of a node, in bytes; undefined where the run goes to another machine than this one. */
export function hostRoom(input: Asked): number | undefined {
  return judgesThisMachine(input) ? input.machine.host.memory.freeBytes : undefined;
}

/** What the run asks of the machine around its GPUs: host memory for its ranks, and disk for its checkpoints. */
export function hostFindings(input: DecideInput): Finding[] {
  return [hostMemory(input), ...diskFindings(input)];
}

function hostMemory(input: DecideInput): Finding {
  const { bytesPerRank, range } = input.prediction.host;
  const ranks = gpusOfNode(input.target);
  const [low, high] = [range[0] * ranks, range[1] * ranks];
  const each = ranks === 1 ? '' : `, ${formatGiB(bytesPerRank)} for each of ${ranks} GPUs`;
  const need = `${formatGiB(bytesPerRank * ranks)} of host memory (${formatGiBRange([low, high])})${each}`;
  const id = 'host-memory';
  const free = hostRoom(input);
  if (free === undefined) {
    const text = `The run needs ${need}; whether the machine that will run it has as much was not looked at`;
    return finding(id, 'not-tested', 'go', text, 'modelled');
  }
  const has = `${formatGiB(free)} are free here`;
  if (low > free) return finding(id, 'fail', 'no-go', `The run needs ${need}; ${has}`, 'modelled', true);
  if (high > free) {
    const text = `The run needs ${need}; ${has}: too near to call`;
    return finding(id, 'look', 'inconclusive', text, 'modelled', true);
  }
  return finding(id, 'pass', 'go', `The run needs ${need}; ${has}`, 'modelled');
}

/** Of the disk where reports are written: checkpoints may be saved elsewhere, so that it refuses nothing. */
function diskFindings(input: DecideInput): Finding[] {
  const { savedCheckpointBytes } = input.prediction;
  if (savedCheckpointBytes === null) return [];
  const need = `Each saved checkpoint takes ${formatGiB(savedCheckpointBytes)} on disk`;
  const disk = judgesThisMachine(input) ? known(input.machine.host.workDisk) : undefined;
  const free = disk === undefined ? undefined : known(disk.freeBytes);
  if (disk === undefined || free === undefined) {
    const text = `${need}; how much is free where they are saved was not looked at`;
    return [finding('disk', 'not-tested', 'go', text, 'modelled')];
  }
  const has = `${formatGiB(free)} are free at ${disk.path}`;
  if (free < savedCheckpointBytes)
    return [finding('disk', 'look', 'go', `${need}; ${has}: save them on another disk`, 'modelled')];
  return [finding('disk', 'pass', 'go', `${need}; ${has}`, 'modelled')];
}
