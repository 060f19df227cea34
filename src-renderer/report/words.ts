import { bucketLabel } from '../../src-main/contract/bucket-label.js';
import type { Evidence } from '../../src-main/contract/evidence.js';
import { isUnavailable } from '../../src-main/contract/evidence.js';
import { formatCount } from '../../src-main/contract/format.js';
import type { Check, Gpu } from '../../src-main/contract/machine.js';
import type { OperatorClass, ProbeStatus } from '../../src-main/contract/probe.js';
import type { PhaseId, Report, Verdict, VerdictStatus } from '../../src-main/contract/report.js';

/** Shapes that a status is drawn with; the word always stands beside it. */
export type Mark = 'pass' | 'look' | 'fail' | 'none';

export const verdictWords: Record<VerdictStatus, { word: string; mark: Mark }> = {
  go: { word: 'Go', mark: 'pass' },
  'go-with-changes': { word: 'Go with changes', mark: 'look' },
  'no-go': { word: 'No-go', mark: 'fail' },
  inconclusive: { word: 'Inconclusive', mark: 'none' },
};

/** That a run was cancelled, and in what; undefined where it was not. */
export function cancelledNote({ state, rehearsal }: Pick<Report, 'state' | 'rehearsal'>): string | undefined {
  if (state !== 'cancelled') return undefined;
  return isUnavailable(rehearsal)
    ? 'The sweep was cancelled: this is what there is.'
    : 'The rehearsal was cancelled: this is what there is.';
}

/** The headline without the verdict's word before it, where that stands beside it already. */
export function headlineText({ status, headline }: Verdict): string {
  const said = `${verdictWords[status].word}: `;
  if (!headline.startsWith(said)) return headline;
  const rest = headline.slice(said.length);
  return `${rest.slice(0, 1).toUpperCase()}${rest.slice(1)}`;
}

export const checkWords: Record<Check['status'], { word: string; mark: Mark }> = {
  pass: { word: 'pass', mark: 'pass' },
  look: { word: 'look', mark: 'look' },
  fail: { word: 'fail', mark: 'fail' },
  'not-tested': { word: 'not tested', mark: 'none' },
};

const checkOrder: readonly Check['status'][] = ['fail', 'look', 'not-tested', 'pass'];

/** The failing ones first, then what to look at, what was not tested, and what passes; each in the engine's order. */
function checksInOrder(checks: readonly Check[]): Check[] {
  return checks.toSorted((a, b) => checkOrder.indexOf(a.status) - checkOrder.indexOf(b.status));
}

/** Checks that say one thing: several that were not tested for one reason are one to read. */
export interface CheckGroup extends Pick<Check, 'status' | 'text' | 'action'> {
  ids: string[];
}

/** Checks in their order for people, those that were not tested for the same reason drawn together. */
export function checkGroups(checks: readonly Check[]): CheckGroup[] {
  const groups = new Map<string, CheckGroup>();
  for (const { id, status, text, action } of checksInOrder(checks)) {
    // Which of NVML's calls said so differs from check to check, and tells a person nothing.
    const shown = status === 'not-tested' ? text.replaceAll(/\bnvml\w+: /g, '') : text;
    const key = status === 'not-tested' ? shown : id;
    const group = groups.get(key) ?? { status, text: shown, action, ids: [] };
    group.ids.push(id);
    groups.set(key, group);
  }
  return [...groups.values()];
}

export const probeWords: Record<ProbeStatus, { word: string; short: string; mark: Mark }> = {
  ok: { word: 'ok', short: 'ok', mark: 'pass' },
  'out-of-memory': { word: 'out of memory', short: 'OOM', mark: 'fail' },
  crashed: { word: 'crashed', short: 'crashed', mark: 'fail' },
  'timed-out': { word: 'timed out', short: 'timed out', mark: 'look' },
  cancelled: { word: 'cancelled', short: 'cancelled', mark: 'none' },
  'not-supported': { word: 'not supported', short: 'no support', mark: 'none' },
};

export const operatorWords: Record<OperatorClass, string> = {
  matmul: 'Matrix products',
  attention: 'Attention',
  norm: 'Norms',
  elementwise: 'Elementwise',
  optimizer: 'AdamW',
  other: 'Other',
};
export const operatorClasses = Object.keys(operatorWords) as OperatorClass[];

/** Times of the run that have a high point of their own. */
export const phaseWords: Record<PhaseId, string> = {
  load: 'Loading the models',
  encode: 'Encoding the videos',
  text: 'Encoding the prompts',
  'first-step': 'First step',
  backward: 'Backward',
  step: 'Optimiser’s step',
  save: 'Saving a checkpoint',
  denoise: 'Denoising',
  decode: 'Decoding the video',
};

/** `Largest batch that fits: 6 (asked: 8)`, or why there is none; undefined where none was asked for. */
export function solvedLine({ solved, target }: Report): string | undefined {
  if (isUnavailable(solved))
    return solved.unavailable.startsWith('not asked for') ? undefined : `Not solved: ${solved.unavailable}`;
  const what = {
    batch: 'Largest batch that fits',
    frames: 'Most frames that fit',
    resolution: 'Largest resolution that fits',
  };
  // The asked aspect ratio is kept, which need not be the one that the name has by itself.
  const at = solved.variable === 'resolution' ? ` at ${target.buckets[0]!.aspect}` : '';
  return `${what[solved.variable]}: ${solved.value}${at} (asked: ${solved.asked})`;
}

/** Said first where no probe stands behind the answer; undefined where some do. */
export function plannedNote({ probes, device }: Report): string | undefined {
  if (device.used !== 'none' || probes.length > 0) return undefined;
  return 'Nothing was measured: every figure is modelled, from the model’s graphs and from published figures.';
}

/** Said before all else of a report that was edited; undefined of one that was not, or of which that cannot be told. */
export function editedNote({ integrity }: Pick<Report, 'integrity'>): string | undefined {
  if (integrity !== 'edited') return undefined;
  return 'Edited: this report is not as Preflight wrote it, or rests on one that is not. Its figures may not be what was measured.';
}

/** `not edited`, for the report's own line. */
export function integrityWords({ integrity }: Report): string {
  if (isUnavailable(integrity)) return `whether it was edited is not known (${integrity.unavailable})`;
  return integrity === 'edited' ? 'edited' : 'not edited since it was made';
}

/** How the answer was found: `quick on cpu`, or that nothing was run for it. */
export function profileLine({ profile, device, probes }: Report): string {
  if (device.used === 'none' || profile === null)
    return probes.length > 0 ? `planned from ${probes.length} earlier probes` : 'planned, nothing measured';
  return `${profile} on ${device.used}`;
}

/** What a step of the run is. */
export function stepName({ target }: Report): string {
  return target.task === 'train' ? 'Optimiser step' : 'Denoising step';
}

/** What its whole time is of. */
export function runName({ target }: Report): string {
  if (target.task === 'infer') return 'From prompt to pixels';
  return target.steps === null ? 'Whole run' : `${formatCount(target.steps)} steps`;
}

/** A sum is only as good as its weakest part. */
export function weakestEvidence(parts: readonly { evidence: Evidence }[]): Evidence {
  const order: Evidence[] = ['modelled', 'published', 'measured', 'rehearsed'];
  return order.find((evidence) => parts.some((part) => part.evidence === evidence)) ?? 'modelled';
}

/** `Open-Sora v1.2, train, 144p, 51 frames, batch 4`; of several buckets their number. */
export function targetLine({ target }: Pick<Report, 'target'>): string {
  const [bucket] = target.buckets;
  const shape = target.buckets.length > 1 ? `${target.buckets.length} buckets` : bucketLabel(bucket!);
  return `Open-Sora ${target.model}, ${target.task}, ${shape}`;
}

/** `8 × NVIDIA H100 80GB HBM3`; different ones one after the other. */
export function gpusLine(gpus: readonly Gpu[]): string {
  const counts = new Map<string, number>();
  for (const { name } of gpus) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => (count > 1 ? `${count} × ${name}` : name)).join(', ');
}

/** `8 × NVIDIA H100 80GB HBM3`, or the CPU where there is no GPU. */
export function deviceLine({ machine }: Report): string {
  if (machine.gpus.length > 0) return gpusLine(machine.gpus);
  const { name, usableCores } = machine.host.cpu;
  return `no GPU, ${usableCores} ${usableCores === 1 ? 'core' : 'cores'}${typeof name === 'string' ? ` of ${name}` : ''}`;
}
