import type { Check, Disagreement } from '../../contract/machine.js';

/** Sources that say different things of one matter: no figure that rests on one of them is certain. */
export function sourcesAgree(disagreements: readonly Disagreement[], uncompared: string): Check {
  const id = 'sources-agree';
  const left = uncompared === '' ? '' : `; not compared: ${uncompared}`;
  if (disagreements.length === 0)
    return {
      id,
      status: uncompared === '' ? 'pass' : 'not-tested',
      text: `The sources that were read contradict each other nowhere${left}`,
      action: '',
    };
  const told = disagreements.map(({ about, sources }) => {
    const sayings = Object.entries(sources).map(([source, says]) => `${source} says ${says}`);
    return `${about}: ${sayings.join(', ')}`;
  });
  const action =
    'Believe NVML and the CUDA driver before the system; restart the machine where those two differ.';
  return { id, status: 'look', text: `Sources disagree. ${told.join('; ')}${left}`, action };
}
