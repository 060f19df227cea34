import { slurmSeconds } from './slurm-time.js';

/** A job as Slurm has it now. */
export interface SlurmJob {
  id: string;
  /** Slurm's long word, such as `PENDING`. */
  state: string;
  /** Whether it was ever given its node. */
  began: boolean;
  elapsedSeconds: number | undefined;
  /** Why it waits, or why it ended. */
  reason: string;
  /** Where it was asked for: only what has ended has one. */
  exitStatus?: number | undefined;
}

/** For `squeue -h -t all -o`; the reason comes last, since it may hold anything. */
export const jobFormat = '%i|%T|%N|%M|%r';

/** Reads `squeue`'s lines. */
export function parseJobs(text: string): SlurmJob[] {
  return text.split('\n').flatMap((line) => {
    const [id, state, nodes, elapsed, ...reason] = line.split('|');
    if (!id || !state || elapsed === undefined) return [];
    return {
      id,
      state,
      began: Boolean(nodes),
      elapsedSeconds: slurmSeconds(elapsed),
      reason: reason.join('|').trim(),
    };
  });
}

/** For `sacct -X -n -P -o`: what accounting keeps of a job that slurmctld has forgotten. */
export const accountFormat = 'JobIDRaw,State,ExitCode,NodeList,Elapsed';

/** Reads `sacct`'s lines. A state may be followed by who did it: `CANCELLED by 1000`. */
export function parseAccounts(text: string): SlurmJob[] {
  return text.split('\n').flatMap((line) => {
    const [id, state, exit = '', nodes = '', elapsed = ''] = line.split('|');
    if (!id || !state) return [];
    return {
      id,
      state: state.split(' ')[0]!,
      began: nodes !== '' && nodes !== 'None assigned',
      elapsedSeconds: slurmSeconds(elapsed),
      reason: '',
      exitStatus: statusOf(exit),
    };
  });
}

/** The exit status among `scontrol show job -o`'s fields. */
export function exitStatusOf(shown: string): number | undefined {
  return statusOf(/(?:^| )ExitCode=(\d+:\d+)(?: |$)/.exec(shown)?.[1] ?? '');
}

/** Of Slurm's `status:signal`, as a shell would say it. */
function statusOf(exit: string): number | undefined {
  const match = /^(\d+):(\d+)$/.exec(exit);
  if (!match) return undefined;
  const [status, signal] = [Number(match[1]), Number(match[2])];
  return signal > 0 ? 128 + signal : status;
}

const going = new Set([
  'CONFIGURING',
  'COMPLETING',
  'PENDING',
  'REQUEUED',
  'REQUEUE_FED',
  'REQUEUE_HOLD',
  'RESIZING',
  'RUNNING',
  'SIGNALING',
  'SPECIAL_EXIT',
  'STAGE_OUT',
  'STOPPED',
  'SUSPENDED',
]);

/** Whether nothing more will come of it. A word that this program does not know is an end, since waiting has none. */
export const hasEnded = ({ state }: Pick<SlurmJob, 'state'>) => !going.has(state);

/** How the ends that are no report of the node are said (squeue's manual, JOB STATE CODES). */
const endings: Record<string, string> = {
  BOOT_FAIL: 'the node did not boot',
  CANCELLED: 'the job was cancelled',
  DEADLINE: "the job's deadline passed",
  NODE_FAIL: 'the node failed under the job',
  OUT_OF_MEMORY: "Slurm ended the job for want of memory: it was given less than the node's",
  PREEMPTED: 'a job of higher priority took the node',
  REVOKED: 'another cluster took the job',
  TIMEOUT: 'the time limit was reached; --time sets a longer one',
  LOST: 'Slurm knows nothing of the job any more',
};

/** What became of a job that gave no answer, in words. */
export function endingOf({ state, reason, began }: SlurmJob): string {
  const words = endings[state] ?? `the job ended as ${state}`;
  const why = /^(none|)$/i.test(reason) ? '' : ` (${reason})`;
  return `${words}${began || state === 'LOST' ? '' : ' before it began'}${why}`;
}
