import { type Answered, answerRehearsed } from './answer.js';
import { isUnavailable } from './contract/evidence.js';
import type { Gpu } from './contract/machine.js';
import type { RehearsalProgress } from './contract/rehearsal.js';
import type { Reason, Report } from './contract/report.js';
import { gpusUsed, judgesThisMachine } from './decide/decide-input.js';
import type { Rehearsed } from './decide/rehearsed.js';
import { type HolderQuestion, openHolder } from './rehearse/open-holder.js';
import { rehearse, withUpstream } from './rehearse/rehearse.js';
import type { Upstream } from './rehearse/upstream/python.js';
import { rehearseInOpenSora } from './upstream.js';

export interface HereQuestion extends Omit<HolderQuestion, 'gpus' | 'input'> {
  /** The GPU that was measured on; null where it is none of NVIDIA's. */
  gpu: Gpu | null;
  /** Open-Sora's own code, where it is to run too. */
  upstream: Upstream | undefined;
  onProgress(progress: RehearsalProgress): void;
}

export interface RehearsedHere {
  answered: Answered;
  rehearsal: Report['rehearsal'];
  /** What lessons are made of; null where nothing was rehearsed. */
  end: Rehearsed | null;
}

/**
 * Step 7 of the flow: holds the settings of the answer on this machine, and answers again with what came of it. On every GPU
 * that the run uses here; where another GPU is judged, on the one that was measured on.
 */
export async function rehearseHere(answered: Answered, question: HereQuestion): Promise<RehearsedHere> {
  const { gpu, upstream, onProgress, signal } = question;
  const { input, decision } = answered;
  const measured = gpu === null ? [] : [gpu];
  const gpus = judgesThisMachine(input) && gpu !== null ? gpusUsed(input) : measured;
  const holder = openHolder({ ...question, gpus, input });
  try {
    const held = await rehearse(input, decision, holder, onProgress);
    if (isUnavailable(held))
      return { answered: notRehearsed(answered, held.unavailable), rehearsal: held, end: null };
    const end = await withOwnCode(held);
    return { answered: answerRehearsed(answered, end), rehearsal: end.rehearsal, end };
  } finally {
    holder.close();
  }

  /** Open-Sora's own code runs only settings that held, which the verdict then recommends. */
  async function withOwnCode(held: Rehearsed): Promise<Rehearsed> {
    const settled = held.targets.at(-1);
    if (upstream === undefined || settled === undefined) return held;
    if (held.rehearsal.status !== 'held')
      return withUpstream(held, { unavailable: 'what was rehearsed before it did not hold' });
    const { report } = answerRehearsed(answered, held);
    const hooks = { signal, onRehearsal: onProgress };
    return withUpstream(
      held,
      await rehearseInOpenSora({ upstream, asked: input, answered: report, settled, gpus }, hooks),
    );
  }
}

/** It was asked for and not made: the verdict stays what it was, and its reasons say so. */
function notRehearsed(answered: Answered, why: string): Answered {
  const { verdict } = answered.report;
  const reason: Reason = {
    id: 'rehearsal',
    status: 'not-tested',
    text: `Not rehearsed: ${why}`,
    evidence: 'rehearsed',
  };
  const reasons = [...verdict.reasons, reason];
  return { ...answered, report: { ...answered.report, verdict: { ...verdict, reasons } } };
}
