import { type Reading, unavailable } from '../../contract/evidence.js';
import { formatGiB } from '../../contract/format.js';
import { printableText } from '../../contract/printable.js';
import type { UpstreamRehearsal } from '../../contract/rehearsal.js';
import type { ProcessEnd } from '../../machine/own-process.js';
import { upstreamSteps } from './data-plan.js';
import { failedAllocation, isOutOfMemory } from './memory-words.js';
import type { RankMessage } from './messages.js';

/** How a launch of all ranks came to its end. */
export interface LaunchEnd {
  end: ProcessEnd;
  /** `late`: no sign of progress for so long that it was ended. */
  by: 'itself' | 'late' | 'cancelled';
  /** How long there was no sign, where it was late. */
  silentSeconds: number;
  messages: readonly RankMessage[];
  stderr: string;
  /** Whether the kernel ended a process for its host memory meanwhile. */
  kernelKilled: boolean;
}

export type Outcome = Pick<
  UpstreamRehearsal,
  'status' | 'cause' | 'stage' | 'missingBytes' | 'torch' | 'steps' | 'stepSeconds'
> &
  Pick<UpstreamRehearsal, 'peakAllocatedBytes' | 'peakReservedBytes'>;

/** What came of the launch, by what its ranks said and how it ended. */
export function outcomeOf(launch: LaunchEnd, ranks: number): Outcome {
  const { messages } = launch;
  const steps = stepsOfAll(messages, ranks);
  const begun = messages.some(({ said }) => said === 'training');
  const ending = endingOf(launch, ranks, steps, begun);
  const torch = messages.find((message) => message.said === 'training')?.torch;
  return {
    missingBytes: unavailable('memory did not run out, or nobody said by how much'),
    ...ending,
    stage: ending.status === 'held' ? null : begun ? 'steps' : 'start',
    torch: torch ?? unavailable('no rank began to train'),
    steps,
    stepSeconds: Array.from({ length: steps }, (_, index) => slowest(messages, index + 1)),
    peakAllocatedBytes: peakOf(messages, 'allocated'),
    peakReservedBytes: peakOf(messages, 'reserved'),
  };
}

type Ending = Pick<Outcome, 'status' | 'cause'> & Partial<Pick<Outcome, 'missingBytes'>>;

function endingOf(launch: LaunchEnd, ranks: number, steps: number, begun: boolean): Ending {
  const { messages, by, stderr, end, kernelKilled } = launch;
  const place = begun ? placeAfter(steps) : 'before the training began';
  const placeOf = (rank: number) => (begun ? placeAfter(stepsOf(messages, rank)) : place);
  const failures = messages.filter((message) => message.said === 'failed');
  const full = failures.find(({ error, message }) => isOutOfMemory(error, message));
  if (full) return outOfMemory(full, placeOf(full.rank));
  if (by === 'cancelled') return { status: 'cancelled', cause: `cancelled ${place}` };
  if (by === 'late')
    return {
      status: 'timed-out',
      cause: `no sign of Open-Sora for ${Math.round(launch.silentSeconds)} s, ${place}: it was ended`,
    };
  const killed = end.signal === 'SIGKILL' || /exitcode\s*:\s*-9\b|Signal 9 \(SIGKILL\)/.test(stderr);
  const failed = failures.find((failure) => !lostPeer(failure)) ?? (killed ? undefined : failures[0]);
  if (failed)
    return crashed(
      `rank ${failed.rank}, ${placeOf(failed.rank)}: ${failed.error}: ${firstLine(failed.message)}`,
    );
  if (killed && kernelKilled)
    return { status: 'out-of-memory', cause: `the kernel ended a rank for its host memory, ${place}` };
  if (killed) return crashed(`a rank was ended by SIGKILL, ${place}`);
  const held = messages.filter(({ said }) => said === 'done').length === ranks;
  if (held && end.code === 0) return { status: 'held', cause: '' };
  if (messages.some(({ said }) => said === 'ended'))
    return crashed(`Open-Sora's script came to its end ${place}`);
  return crashed(`ended by ${end.signal ?? `code ${end.code}`}, ${place}: ${lastLine(stderr)}`);
}

const crashed = (cause: string): Ending => ({ status: 'crashed', cause });

/** What a rank says whose neighbour in a collective is gone: the end of that one is the cause. */
const lostPeer = ({ error, message }: RankMessage & { said: 'failed' }) =>
  error === 'DistBackendError' || /Connection (?:closed|reset) by peer|NCCL|nccl/.test(message);

function outOfMemory(failed: RankMessage & { said: 'failed' }, place: string): Ending {
  const allocation = failedAllocation(failed.message);
  const where = `GPU memory ran out on rank ${failed.rank}, ${place}`;
  if (allocation?.freeBytes === undefined)
    return { status: 'out-of-memory', cause: `${where}: ${firstLine(failed.message)}` };
  const { wantedBytes, freeBytes } = allocation;
  return {
    status: 'out-of-memory',
    cause: `${where}: ${formatGiB(wantedBytes)} wanted, ${formatGiB(freeBytes)} free`,
    // Where enough is free, but not in one piece, it is in pieces that nothing fits in.
    missingBytes: Math.max(0, wantedBytes - freeBytes),
  };
}

const placeAfter = (steps: number) =>
  steps < upstreamSteps ? `in step ${steps + 1} of ${upstreamSteps}` : `after step ${steps}`;

function stepsOfAll(messages: readonly RankMessage[], ranks: number): number {
  return Math.min(...Array.from({ length: ranks }, (_, rank) => stepsOf(messages, rank)));
}

function stepsOf(messages: readonly RankMessage[], rank: number): number {
  return Math.max(
    0,
    ...messages.flatMap((message) =>
      message.said === 'step' && message.rank === rank ? [message.step] : [],
    ),
  );
}

function slowest(messages: readonly RankMessage[], step: number): number {
  return Math.max(
    ...messages.flatMap((message) =>
      message.said === 'step' && message.step === step ? [message.seconds] : [],
    ),
  );
}

function peakOf(messages: readonly RankMessage[], which: 'allocated' | 'reserved'): Reading<number> {
  const told = messages.flatMap((message) =>
    message.said === 'done' || message.said === 'failed' ? [message[which]] : [],
  );
  if (told.length === 0) return unavailable('no rank came to say it');
  const known = told.filter((bytes) => bytes !== null);
  return known.length > 0 ? Math.max(...known) : unavailable('PyTorch sees no GPU');
}

const firstLine = (text: string) => shown(text.split('\n').find((line) => line.trim() !== '') ?? text);
const lastLine = (text: string) =>
  shown(text.split(/[\n\r]/).findLast((line) => line.trim() !== '') ?? 'it wrote nothing to standard error');

function shown(line: string): string {
  const clean = printableText(line).trim();
  return clean.length > 300 ? `${clean.slice(0, 300)}…` : clean;
}
